//! Server functions, posted to by forms and by the browser's code. A form that does several things stands
//! here once for each.

use domain::Privilege::{
    TokensDelete, TokensDisable, TokensEdit, TokensEnable, TokensEnrol, TokensReplace, TokensReset,
    TokensTest, TokensUnlock, TokensView, TypesManage, UsersManage, UsersView,
};

use super::Opens::{Operator, Stranger, With};
use super::{Door, door};

pub(super) const FUNCTIONS: &[Door] = &[
    door("/call/sign-in", Stranger, "username=ingrid&password=no"),
    door("/call/sign-in-half", Stranger, ""),
    door("/call/sign-in-code", Stranger, "code=123456"),
    door("/call/sign-out", Stranger, ""),
    door("/call/link", Stranger, "purpose=first&link=x"),
    door("/call/link-open", Stranger, "purpose=first&link=x"),
    door("/call/link-restart", Stranger, "purpose=first&link=x"),
    door("/call/link-prove", Stranger, "purpose=first&link=x&code=1"),
    door("/call/who-am-i", Operator, ""),
    // It only spells the address of the next page.
    door("/call/choose-type", Operator, "user={user}&slug=hotp-app"),
    door("/call/own-account", Operator, ""),
    door(
        "/call/add-own-app",
        Operator,
        "slug=hotp-app&password=a&code=1",
    ),
    door(
        "/call/prove-own-app",
        Operator,
        "enrolment={enrolment}&code=123456",
    ),
    door(
        "/call/remove-own-app",
        Operator,
        "serial={serial}&password=a&code=1",
    ),
    door("/call/end-sessions", Operator, "password=a&code=1"),
    door("/call/change-password", Operator, "old=a&new=b&code=1"),
    door("/call/list-users", With(&[UsersView]), ""),
    door("/call/user-overview", With(&[UsersView]), "user={user}"),
    door("/call/user-activity", With(&[UsersView]), "user={user}"),
    door("/call/managed-user", With(&[UsersManage]), "user={user}"),
    door("/call/user-realms", With(&[UsersManage]), ""),
    door(
        "/call/create-user",
        With(&[UsersManage]),
        "realm={realm}&username={new}",
    ),
    door(
        "/call/edit-user",
        With(&[UsersManage]),
        "user={user}&version=1&username={username}&given_name=Anna",
    ),
    door("/call/disable-user", With(&[UsersManage]), "user={user}"),
    door("/call/enable-user", With(&[UsersManage]), "user={user}"),
    door(
        "/call/delete-user",
        With(&[UsersManage]),
        "user={user}&typed={username}",
    ),
    door("/call/unlock-user", With(&[TokensUnlock]), "user={user}"),
    door("/call/tokens-tab", With(&[TokensView]), "user={user}"),
    door(
        "/call/find-token",
        With(&[TokensView]),
        "user={user}&serial={serial}",
    ),
    door(
        "/call/test-token",
        With(&[TokensTest]),
        "user={user}&serial={serial}&code={wrong}",
    ),
    door(
        "/call/disable-token",
        With(&[TokensDisable]),
        "user={user}&serial={serial}&last=yes",
    ),
    door(
        "/call/enable-token",
        With(&[TokensEnable]),
        "user={user}&serial={serial}",
    ),
    door(
        "/call/unlock-token",
        With(&[TokensUnlock]),
        "user={user}&serial={locked}",
    ),
    door(
        "/call/reset-token",
        With(&[TokensReset]),
        "user={user}&serial={serial}&first={wrong}&second={wrong}",
    ),
    door(
        "/call/reset-token",
        With(&[TokensReset, TokensUnlock]),
        "user={user}&serial={locked}&first={wrong}&second={wrong}&unlock=yes",
    ),
    door(
        "/call/edit-token",
        With(&[TokensEdit]),
        "user={user}&serial={serial}&description=Tablet&version=1",
    ),
    door(
        "/call/delete-token",
        With(&[TokensDelete]),
        "user={user}&serial={serial}&last=yes",
    ),
    door("/call/enrol-choices", With(&[TokensEnrol]), "user={user}"),
    door(
        "/call/start-enrolment",
        With(&[TokensEnrol]),
        "user={user}&slug=hotp-app",
    ),
    door(
        "/call/prove-enrolment",
        With(&[TokensEnrol]),
        "user={user}&slug=hotp-app&enrolment={enrolment}&code={wrong}",
    ),
    door(
        "/call/prove-enrolment",
        With(&[TokensEnrol]),
        "user={user}&slug=hotp-app&enrolment={enrolment}&then=again",
    ),
    door(
        "/call/prove-enrolment",
        With(&[TokensEnrol]),
        "user={user}&slug=hotp-app&enrolment={enrolment}&then=cancel",
    ),
    door(
        "/call/cancel-enrolment",
        With(&[TokensEnrol]),
        "user={user}&enrolment={enrolment}",
    ),
    door(
        "/call/replace-token",
        With(&[TokensReplace]),
        "user={user}&serial={old}&description=Tablet",
    ),
    door(
        "/call/prove-enrolment",
        With(&[TokensReplace]),
        "user={user}&slug=hotp-app&enrolment={replacing}&code={wrong}",
    ),
    door(
        "/call/prove-enrolment",
        With(&[TokensReplace]),
        "user={user}&slug=hotp-app&enrolment={replacing}&then=again",
    ),
    door(
        "/call/prove-enrolment",
        With(&[TokensReplace]),
        "user={user}&slug=hotp-app&enrolment={replacing}&then=cancel",
    ),
    door(
        "/call/cancel-enrolment",
        With(&[TokensReplace]),
        "user={user}&enrolment={replacing}",
    ),
    door("/call/token-types", With(&[TypesManage]), ""),
    door(
        "/call/edit-token-type",
        With(&[TypesManage]),
        "slug=hotp-app&version=1&name_en=Open&icon=smartphone&position=2&description=optional&\
         enrollable=yes",
    ),
];
