//! Every door stands in one table, and a test counts the doors: each server function and each page,
//! tried by everybody who must not come in.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use leptos::server_fn::axum::server_fn_paths;
use sqlx::PgPool;

use crate::demo::ALL_PAGES;
use crate::desk::{Desk, Visitor};

/// Who may come in at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Opens {
    /// Everybody: signing in and one-time links.
    Stranger,
    /// Whoever is signed in.
    Operator,
    /// Whoever looks after users: an operator with any built-in role.
    Viewer,
    /// Whoever changes tokens: not a viewer, not an auditor.
    HelpDesk,
    /// Whoever also deletes tokens and manages users: not the help desk.
    Officer,
    /// Whoever settles what all realms share.
    Administrator,
}

/// A door: its address and what is brought along. `{user}` is a user, `{serial}` that user's token.
struct Door {
    path: &'static str,
    opens: Opens,
    brings: &'static str,
}

const fn door(path: &'static str, opens: Opens, brings: &'static str) -> Door {
    Door {
        path,
        opens,
        brings,
    }
}

/// A proof of an enrolment that never was.
const PROOF: &str = "user={user}&slug=hotp-app&code=123456&\
                     enrolment=019a0000-0000-7000-8000-000000000000";

/// A user of the realm that every installation has.
const NEW_USER: &str = "realm=019a0000-0000-7000-8000-000000000000&username=eva";

/// Server functions, posted to by forms and by the browser's code.
const FUNCTIONS: &[Door] = &[
    door(
        "/call/sign-in",
        Opens::Stranger,
        "username=ingrid&password=no",
    ),
    door("/call/sign-in-half", Opens::Stranger, ""),
    door("/call/sign-in-code", Opens::Stranger, "code=123456"),
    door("/call/sign-out", Opens::Stranger, ""),
    door("/call/link", Opens::Stranger, "purpose=first&link=x"),
    door("/call/link-open", Opens::Stranger, "purpose=first&link=x"),
    door(
        "/call/link-restart",
        Opens::Stranger,
        "purpose=first&link=x",
    ),
    door(
        "/call/link-prove",
        Opens::Stranger,
        "purpose=first&link=x&code=1",
    ),
    door("/call/tokens-tab", Opens::Viewer, "user={user}"),
    door(
        "/call/find-token",
        Opens::Viewer,
        "user={user}&serial={serial}",
    ),
    door("/call/enrol-choices", Opens::HelpDesk, "user={user}"),
    // It only spells the address of the next page.
    door("/call/choose-type", Opens::Operator, "user=1&slug=hotp-app"),
    door(
        "/call/start-enrolment",
        Opens::HelpDesk,
        "user={user}&slug=hotp-app",
    ),
    door("/call/prove-enrolment", Opens::HelpDesk, PROOF),
    door("/call/cancel-enrolment", Opens::HelpDesk, PROOF),
    door(
        "/call/test-token",
        Opens::HelpDesk,
        "user={user}&serial={serial}&code=123456",
    ),
    door(
        "/call/disable-token",
        Opens::HelpDesk,
        "user={user}&serial={serial}&last=yes",
    ),
    door(
        "/call/enable-token",
        Opens::HelpDesk,
        "user={user}&serial={serial}",
    ),
    door(
        "/call/unlock-token",
        Opens::HelpDesk,
        "user={user}&serial={serial}",
    ),
    door(
        "/call/reset-token",
        Opens::HelpDesk,
        "user={user}&serial={serial}&first=123456&second=123457",
    ),
    door("/call/unlock-user", Opens::HelpDesk, "user={user}"),
    door(
        "/call/edit-token",
        Opens::HelpDesk,
        "user={user}&serial={serial}&description=Tablet&version=1",
    ),
    door(
        "/call/replace-token",
        Opens::HelpDesk,
        "user={user}&serial={serial}&description=Tablet",
    ),
    door(
        "/call/delete-token",
        Opens::Officer,
        "user={user}&serial={serial}&last=yes",
    ),
    door("/call/list-users", Opens::Viewer, ""),
    door("/call/user-overview", Opens::Viewer, "user={user}"),
    door("/call/user-activity", Opens::Viewer, "user={user}"),
    door("/call/managed-user", Opens::Officer, "user={user}"),
    door("/call/user-realms", Opens::Officer, ""),
    door("/call/create-user", Opens::Officer, NEW_USER),
    door(
        "/call/edit-user",
        Opens::Officer,
        "user={user}&version=1&username=anna",
    ),
    door("/call/disable-user", Opens::Officer, "user={user}"),
    door("/call/enable-user", Opens::Officer, "user={user}"),
    door(
        "/call/delete-user",
        Opens::Officer,
        "user={user}&typed=anna",
    ),
    door("/call/token-types", Opens::Administrator, ""),
    door(
        "/call/edit-token-type",
        Opens::Administrator,
        "slug=hotp-app&version=1&name_en=Open",
    ),
    door("/call/who-am-i", Opens::Operator, ""),
    door("/call/own-account", Opens::Operator, ""),
    door(
        "/call/add-own-app",
        Opens::Operator,
        "slug=hotp-app&password=a&code=1",
    ),
    door(
        "/call/prove-own-app",
        Opens::Operator,
        "enrolment=019a0000-0000-7000-8000-000000000000&code=123456",
    ),
    door(
        "/call/remove-own-app",
        Opens::Operator,
        "serial={serial}&password=a&code=1",
    ),
    door("/call/end-sessions", Opens::Operator, "password=a&code=1"),
    door(
        "/call/change-password",
        Opens::Operator,
        "old=a&new=b&code=1",
    ),
];

/// Pages. A page may be shown to whoever may not load what it is about: then as a refusal.
const PAGES: &[Door] = &[
    door("/", Opens::Stranger, ""),
    door("/sign-in", Opens::Stranger, ""),
    door("/sign-in/code", Opens::Stranger, ""),
    door("/sign-out", Opens::Stranger, ""),
    door("/first/:link", Opens::Stranger, ""),
    door("/operator-reset/:link", Opens::Stranger, ""),
    door("/account", Opens::Operator, ""),
    door("/account/tokens/new", Opens::Operator, ""),
    door("/account/tokens/:serial/delete", Opens::Operator, ""),
    door("/account/sessions/end", Opens::Operator, ""),
    door("/account/sessions/:session/end", Opens::Operator, ""),
    door("/users", Opens::Viewer, ""),
    door("/users/new", Opens::Officer, ""),
    door("/users/:user", Opens::Viewer, ""),
    door("/users/:user/unlock", Opens::HelpDesk, ""),
    door("/users/:user/edit", Opens::Officer, ""),
    door("/users/:user/disable", Opens::Officer, ""),
    door("/users/:user/enable", Opens::Officer, ""),
    door("/users/:user/delete", Opens::Officer, ""),
    door("/users/:user/activity", Opens::Viewer, ""),
    door("/users/:user/tokens", Opens::Viewer, ""),
    door("/users/:user/tokens/new", Opens::HelpDesk, ""),
    door("/users/:user/tokens/new/:slug", Opens::HelpDesk, ""),
    door("/users/:user/tokens/:serial", Opens::Viewer, ""),
    door("/users/:user/tokens/:serial/test", Opens::HelpDesk, ""),
    door("/users/:user/tokens/:serial/disable", Opens::HelpDesk, ""),
    door("/users/:user/tokens/:serial/enable", Opens::HelpDesk, ""),
    door("/users/:user/tokens/:serial/unlock", Opens::HelpDesk, ""),
    door(
        "/users/:user/tokens/:serial/unlock-and-reset",
        Opens::HelpDesk,
        "",
    ),
    door("/users/:user/tokens/:serial/reset", Opens::HelpDesk, ""),
    door("/users/:user/tokens/:serial/edit", Opens::HelpDesk, ""),
    door("/users/:user/tokens/:serial/replace", Opens::HelpDesk, ""),
    door("/users/:user/tokens/:serial/delete", Opens::Officer, ""),
    door("/token-types", Opens::Administrator, ""),
    door("/token-types/:slug", Opens::Administrator, ""),
    // Whatever else is asked for: there is nothing, but a stranger is not told so.
    door("/:*nothing", Opens::Operator, ""),
];

/// What the doors are tried on: a user of another realm than the guests', and that user's token.
struct Target {
    user: String,
    serial: &'static str,
}

impl Target {
    async fn new(desk: &Desk) -> Self {
        desk.realm("elsewhere").await;
        let user = desk.user("elsewhere", "anna").await;
        let serial = "HOTP-23456789";
        desk.token(user, serial).await;
        Self {
            user: user.to_string(),
            serial,
        }
    }

    fn of(&self, text: &str) -> String {
        text.replace("{user}", &self.user)
            .replace(":user", &self.user)
            .replace("{serial}", self.serial)
            .replace(":serial", self.serial)
            .replace(":slug", "authenticator-app")
            .replace(":link", "nobody-s")
    }
}

/// Tries every function and every page that `which` names, and expects one answer.
async fn all_refuse(
    desk: &Desk,
    target: &Target,
    visitor: &Visitor,
    which: impl Fn(Opens) -> bool,
    status: StatusCode,
) {
    for door in FUNCTIONS.iter().filter(|door| which(door.opens)) {
        let answer = desk.post(door.path, visitor, &target.of(door.brings)).await;
        assert_eq!(answer.status, status, "{}: {}", door.path, answer.body);
    }
    for page in PAGES.iter().filter(|page| which(page.opens)) {
        let answer = desk.get(&target.of(page.path), visitor).await;
        assert_eq!(answer.status, status, "GET {}", page.path);
        // whoever may look at the user may read the name on the refusal of a deed
        let hidden = status == StatusCode::FORBIDDEN || !answer.body.contains("anna");
        assert!(hidden, "GET {}", page.path);
    }
}

#[test]
fn every_door_stands_in_the_table() {
    // The demonstration page of these tests is none of the console's.
    let built: BTreeSet<&str> = server_fn_paths()
        .map(|(path, _)| path)
        .filter(|path| !path.starts_with("/call/demo-"))
        .collect();
    let listed = FUNCTIONS.iter().map(|door| door.path).collect();
    assert_eq!(built, listed, "server functions");

    let routes = ALL_PAGES.0.routes.clone();
    let built: BTreeSet<String> = routes
        .iter()
        .map(|route| route.path().replace('{', ":").replace('}', ""))
        .collect();
    let listed = PAGES.iter().map(|page| page.path.to_owned()).collect();
    assert_eq!(built, listed, "pages");
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn nobody_comes_in_without_a_session(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    let closed = |opens| opens != Opens::Stranger;
    let forged = Visitor(format!("{}=00", desk.cookie()));
    for visitor in [Visitor::default(), forged] {
        all_refuse(&desk, &target, &visitor, closed, StatusCode::UNAUTHORIZED).await;
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn half_a_session_opens_nothing(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    let operator = desk.operator("ingrid", Some("administrator"), None).await;
    let half = desk.session(operator, true).await;
    let closed = |opens| opens != Opens::Stranger;
    all_refuse(&desk, &target, &half, closed, StatusCode::UNAUTHORIZED).await;
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_session_that_ended_opens_nothing(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    let ingrid = desk.signed_in("ingrid", Some("administrator"), None).await;
    sqlx::query("update session set last_seen_at = now() - interval '31 min'")
        .execute(&desk.db)
        .await
        .unwrap();
    let closed = |opens| opens != Opens::Stranger;
    all_refuse(&desk, &target, &ingrid, closed, StatusCode::UNAUTHORIZED).await;
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_missing_privilege_is_refused(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    let guest = desk.signed_in("guest", None, None).await;
    let needs_role = |opens| matches!(opens, Opens::Viewer | Opens::HelpDesk | Opens::Officer);
    all_refuse(&desk, &target, &guest, needs_role, StatusCode::FORBIDDEN).await;
    for role in ["viewer", "auditor"] {
        let visitor = desk.signed_in(role, Some(role), None).await;
        let changes = |opens| {
            matches!(
                opens,
                Opens::HelpDesk | Opens::Officer | Opens::Administrator
            )
        };
        all_refuse(&desk, &target, &visitor, changes, StatusCode::FORBIDDEN).await;
    }
    let helper = desk.signed_in("helper", Some("help-desk"), None).await;
    let officers = |opens| opens == Opens::Officer;
    all_refuse(&desk, &target, &helper, officers, StatusCode::FORBIDDEN).await;
    let reto = desk.signed_in("reto", Some("administrator"), Some("default"));
    for visitor in [
        reto.await,
        desk.signed_in("officer", Some("token-officer"), None).await,
    ] {
        let settles = |opens| opens == Opens::Administrator;
        all_refuse(&desk, &target, &visitor, settles, StatusCode::FORBIDDEN).await;
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_user_of_another_realm_is_not_there(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    let reto = desk
        .signed_in("reto", Some("administrator"), Some("default"))
        .await;
    let about_users = |it: &&Door| it.brings.contains("{user}");
    for door in FUNCTIONS.iter().filter(about_users) {
        let answer = desk.post(door.path, &reto, &target.of(door.brings)).await;
        // An enrolment that is over and one that never was have one answer.
        let hidden = [StatusCode::NOT_FOUND, StatusCode::GONE].contains(&answer.status);
        assert!(hidden, "{}: {}", door.path, answer.body);
    }
    for page in PAGES.iter().filter(|page| page.path.contains(":user")) {
        let answer = desk.get(&target.of(page.path), &reto).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "GET {}", page.path);
        assert!(!answer.body.contains("anna"), "GET {}", page.path);
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn another_site_s_page_may_post_nothing(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    let ingrid = desk.signed_in("ingrid", Some("administrator"), None).await;
    let foreign = [
        vec![("origin", "https://evil.example")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![],
    ];
    for door in FUNCTIONS.iter().chain(PAGES) {
        let (path, body) = (target.of(door.path), target.of(door.brings));
        for headers in &foreign {
            let answer = desk.ask(Method::POST, &path, &ingrid, headers, &body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn no_function_answers_to_get(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    let ingrid = desk.signed_in("ingrid", Some("administrator"), None).await;
    for door in FUNCTIONS {
        let address = format!("{}?{}", door.path, target.of(door.brings));
        let answer = desk.get(&address, &ingrid).await;
        let status = StatusCode::METHOD_NOT_ALLOWED;
        assert_eq!(answer.status, status, "{}", door.path);
    }
}
