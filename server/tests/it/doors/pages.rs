//! Pages. A page may be shown to whoever may not load what it is about: then as a refusal. What is brought
//! along is the token that the page is about, where it is not any one.

use domain::Privilege::{
    TokensDelete, TokensDisable, TokensEdit, TokensEnable, TokensEnrol, TokensReplace, TokensReset,
    TokensTest, TokensUnlock, TokensView, TypesManage, UsersManage, UsersView,
};

use super::Opens::{Operator, Stranger, With};
use super::{Door, door};

pub(super) const PAGES: &[Door] = &[
    door("/", Stranger, ""),
    door("/sign-in", Stranger, ""),
    door("/sign-in/code", Stranger, ""),
    door("/sign-out", Stranger, ""),
    door("/first/:link", Stranger, ""),
    door("/operator-reset/:link", Stranger, ""),
    door("/account", Operator, ""),
    door("/account/tokens/new", Operator, ""),
    door("/account/tokens/:serial/delete", Operator, ""),
    door("/account/sessions/end", Operator, ""),
    door("/account/sessions/:session/end", Operator, ""),
    door("/users", With(&[UsersView]), ""),
    door("/users/new", With(&[UsersManage]), ""),
    door("/users/:user", With(&[UsersView]), ""),
    door("/users/:user/unlock", With(&[UsersView, TokensUnlock]), ""),
    door("/users/:user/edit", With(&[UsersManage]), ""),
    door("/users/:user/disable", With(&[UsersManage]), ""),
    door("/users/:user/enable", With(&[UsersManage]), ""),
    door("/users/:user/delete", With(&[UsersManage]), ""),
    door("/users/:user/activity", With(&[UsersView]), ""),
    door("/users/:user/tokens", With(&[TokensView]), ""),
    door("/users/:user/tokens/new", With(&[TokensEnrol]), ""),
    door("/users/:user/tokens/new/:slug", With(&[TokensEnrol]), ""),
    door("/users/:user/tokens/:serial", With(&[TokensView]), ""),
    door(
        "/users/:user/tokens/:serial/test",
        With(&[TokensView, TokensTest]),
        "",
    ),
    door(
        "/users/:user/tokens/:serial/disable",
        With(&[TokensView, TokensDisable]),
        "",
    ),
    door(
        "/users/:user/tokens/:serial/enable",
        With(&[TokensView, TokensEnable]),
        "",
    ),
    door(
        "/users/:user/tokens/:serial/unlock",
        With(&[TokensView, TokensUnlock]),
        "{locked}",
    ),
    door(
        "/users/:user/tokens/:serial/unlock-and-reset",
        With(&[TokensView, TokensUnlock, TokensReset]),
        "{locked}",
    ),
    door(
        "/users/:user/tokens/:serial/reset",
        With(&[TokensView, TokensReset]),
        "",
    ),
    door(
        "/users/:user/tokens/:serial/edit",
        With(&[TokensView, TokensEdit]),
        "",
    ),
    door(
        "/users/:user/tokens/:serial/replace",
        With(&[TokensView, TokensReplace]),
        "{old}",
    ),
    door(
        "/users/:user/tokens/:serial/delete",
        With(&[TokensView, TokensDelete]),
        "",
    ),
    door("/token-types", With(&[TypesManage]), ""),
    door("/token-types/:slug", With(&[TypesManage]), ""),
    // Whatever else is asked for: there is nothing, but a stranger is not told so.
    door("/:*nothing", Operator, ""),
];
