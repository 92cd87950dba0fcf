//! Every server function, every field of it, and all that people and machines type there: it is refused
//! plainly or done, never a failure of ours. A function or a field without its row here fails.

use std::collections::BTreeSet;

use http::StatusCode;
use leptos::server_fn::axum::server_fn_paths;
use sqlx::PgPool;
use uuid::Uuid;

use crate::bad_input::{is_plain, typed_badly};
use crate::browser::Browser;
use crate::desk::{Desk, Visitor};

/// Of each function: its path; the page that its form stands on, if one does; how the user or the token
/// stands then; and its fields, each with a value that it takes.
const FORMS: &str = "
/call/sign-in            | /sign-in | as made | username=eva&password=no&next=/users
/call/sign-in-half       | | as made |
/call/sign-in-code       | | as made | code=000000&next=/users
/call/sign-out           | /sign-out | as made |
/call/link               | | as made | purpose=first&link=x
/call/link-open          | | as made | purpose=first&link=x&name=Eva&username=eva&password=no
/call/link-restart       | | as made | purpose=first&link=x
/call/link-prove         | | as made | purpose=first&link=x&code=000000
/call/who-am-i           | | as made |
/call/own-account        | | as made |
/call/add-own-app        | /account/tokens/new | as made | slug=hotp-app&description=Tablet&password=no&code=000000
/call/prove-own-app      | | as made | enrolment={enrolment}&code=000000
/call/remove-own-app     | /account/tokens/{own}/delete | as made | serial={own}&password=no&code=000000
/call/end-sessions       | /account/sessions/end | as made | session=&password=no&code=000000
/call/change-password    | /account | as made | old=no&new=correct+horse+battery&code=000000
/call/list-users         | | as made | words=anna&realm=&show=&order=&page=
/call/user-realms        | | as made |
/call/create-user        | /users/new | as made | realm={realm}&username=eva&{names}
/call/user-overview      | | as made | user={user}
/call/user-activity      | | as made | user={user}&period=7-days&events=failures&token=TOTP-22222222&before=1-1
/call/managed-user       | | as made | user={user}
/call/edit-user          | /users/{user}/edit | as made | user={user}&version=1&username=eva2&{names}
/call/disable-user       | /users/{user}/disable | as made | user={user}&reason=Because
/call/enable-user        | /users/{user}/enable | user disabled | user={user}&reason=Because
/call/unlock-user        | /users/{user}/unlock | user locked | user={user}&reason=Because
/call/delete-user        | /users/{user}/delete | as made | user={user}&typed=somebody
/call/tokens-tab         | | as made | user={user}
/call/find-token         | | as made | user={user}&serial={serial}
/call/enrol-choices      | | as made | user={user}
/call/choose-type        | /users/{user}/tokens/new | as made | user={user}&slug=hotp-app
/call/start-enrolment    | /users/{user}/tokens/new/hotp-app | as made | user={user}&slug=hotp-app&description=Tablet
/call/prove-enrolment    | /users/{user}/tokens/new/hotp-app?enrolment={enrolment} | enrolling | user={user}&slug=hotp-app&enrolment={enrolment}&code=000000&then=
/call/cancel-enrolment   | /users/{user}/tokens | enrolling | user={user}&enrolment={enrolment}
/call/test-token         | {token}/test | as made | user={user}&serial={serial}&code=000000
/call/disable-token      | {token}/disable | as made | user={user}&serial={serial}&until=&date=&reason=Because&last=
/call/enable-token       | {token}/enable | disabled | user={user}&serial={serial}&reason=Because
/call/unlock-token       | {token}/unlock | locked | user={user}&serial={serial}&reason=Because
/call/reset-token        | {token}/reset | as made | user={user}&serial={serial}&first=000000&second=000001&unlock=
/call/edit-token         | {token}/edit | as made | user={user}&serial={serial}&version=1&description=Tablet
/call/replace-token      | {token}/replace | obsolete | user={user}&serial={serial}&description=Tablet
/call/delete-token       | {token}/delete | as made | user={user}&serial={serial}&reason=Because&last=
/call/token-types        | | as made |
/call/edit-token-type    | /token-types/hotp-app | as made | slug=hotp-app&version=1&{settings}
";

const NAMES: &str =
    "given_name=Eva&family_name=Berg&department=Cards&phones=044+555+01+12&emails=eva@example.org";
const SETTINGS: &str = "name_en=HOTP+app&help_en=&name_de=&help_de=&name_fr=&help_fr=&icon=mail&position=2&\
    description=optional&maximum=&enrollable=yes&obsolete=yes&since=&grace=date&until=2031-05-31&follows=";

/// What comes back in no answer.
const SECRET: [&str; 6] = ["code", "password", "old", "new", "first", "second"];

/// A row, made for a user and a token that no other row has.
struct Form {
    path: &'static str,
    page: String,
    fields: Vec<(String, String)>,
}

/// The paths of the table.
fn paths() -> impl Iterator<Item = &'static str> {
    rows().map(|[path, ..]| path)
}

fn rows() -> impl Iterator<Item = [&'static str; 4]> {
    let lines = FORMS.lines().filter(|line| !line.is_empty());
    lines.map(|line| {
        let mut parts = line.split('|').map(str::trim);
        std::array::from_fn(|_| parts.next().unwrap())
    })
}

/// A desk with an administrator, and every row of the table upon it.
async fn forms(db: PgPool) -> (Desk, Visitor, Vec<Form>) {
    let desk = Desk::open(db).await;
    let ingrid = desk.operator("ingrid", Some("administrator"), None).await;
    let visitor = desk.session(ingrid, false).await;
    desk.token(ingrid, "HOTP-22222222").await;
    desk.token(ingrid, "HOTP-33333333").await;
    sqlx::raw_sql(
        "insert into token_type (id, slug, kind, icon, position, obsolete_since, follows, created_at,
             updated_at)
         select gen_random_uuid(), 'old-app', kind, icon, 9, now(), id, now(), now()
         from token_type where slug = 'authenticator-app';
         insert into token_type_name (type_id, language, name)
         select id, 'en', 'Old app' from token_type where slug = 'old-app'",
    )
    .execute(&desk.db)
    .await
    .unwrap();
    let mut forms = Vec::new();
    for (nth, [path, page, stands, fields]) in rows().enumerate() {
        let of = target(&desk, &visitor, nth, stands).await;
        let fields = of(fields);
        let fields = form_urlencoded::parse(fields.as_bytes()).into_owned();
        forms.push(Form {
            path,
            page: of(page),
            fields: fields.collect(),
        });
    }
    (desk, visitor, forms)
}

/// Makes the user and the token of a row, and fills them in where they are named.
async fn target(
    desk: &Desk,
    visitor: &Visitor,
    nth: usize,
    stands: &str,
) -> impl Fn(&str) -> String + use<> {
    let user = desk.user("default", &format!("anna{nth}")).await;
    let serial = format!("HOTP-{nth:08}");
    desk.token(user, &serial).await;
    let change = match stands {
        "as made" | "enrolling" => "select $1",
        "disabled" => "update token_auth set disabled_at = now() where user_id = $1",
        "locked" => "update token_auth set failures = 50 where user_id = $1",
        "obsolete" => {
            "update token_auth set (type_id, kind) =
                 (select id, kind from token_type where slug = 'old-app')
             where user_id = $1"
        }
        "user disabled" => "update user_auth set disabled_at = now() where user_id = $1",
        "user locked" => "update user_auth set failures = 100 where user_id = $1",
        other => panic!("nothing stands {other}"),
    };
    sqlx::query(change)
        .bind(user)
        .execute(&desk.db)
        .await
        .unwrap();
    if stands == "enrolling" {
        let body = format!("user={user}&slug=hotp-app&description=Tablet");
        let made = desk.post("/call/start-enrolment", visitor, &body).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    }
    let enrolment: Option<Uuid> = sqlx::query_scalar("select id from enrolment where user_id = $1")
        .bind(user)
        .fetch_optional(&desk.db)
        .await
        .unwrap();
    let enrolment = enrolment.unwrap_or_default();
    let realm: Uuid = sqlx::query_scalar("select id from realm where name = 'default'")
        .fetch_one(&desk.db)
        .await
        .unwrap();
    move |text| {
        text.replace("{token}", "/users/{user}/tokens/{serial}")
            .replace("{names}", NAMES)
            .replace("{settings}", SETTINGS)
            .replace("{user}", &user.to_string())
            .replace("{serial}", &serial)
            .replace("{own}", "HOTP-22222222")
            .replace("{enrolment}", &enrolment.to_string())
            .replace("{realm}", &realm.to_string())
    }
}

#[test]
fn every_function_has_its_row() {
    // The demonstration page of these tests is none of the console's.
    let built: BTreeSet<&str> = server_fn_paths()
        .map(|(path, _)| path)
        .filter(|path| !path.starts_with("/call/demo-"))
        .collect();
    assert_eq!(built, paths().collect());
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn every_field_has_its_place_in_the_row(db: PgPool) {
    let (desk, visitor, forms) = forms(db).await;
    for Form { path, page, fields } in forms.iter().filter(|form| !form.page.is_empty()) {
        let shown = desk.get(page, &visitor).await;
        let form = form_of(&shown.body, path);
        let form = form.unwrap_or_else(|| panic!("{page} has no form of {path}: {}", shown.body));
        let named: BTreeSet<&str> = form
            .split(" name=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|name| !["_fn", "_key", "request_id"].contains(name))
            .collect();
        let listed: BTreeSet<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        assert!(named.is_subset(&listed), "{path}: {named:?} on {page}");
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn whatever_is_typed_is_refused_plainly_or_done(db: PgPool) {
    let (desk, visitor, forms) = forms(db).await;
    for form in &forms {
        for at in 0..form.fields.len() {
            let name = form.fields[at].0.as_str();
            for (what, bad) in typed_badly() {
                let what = format!("{}, {name}: {what}", form.path);
                let mut typed = form.fields.clone();
                typed[at].1.clone_from(&bad);
                let mut body = form_urlencoded::Serializer::new(String::new());
                body.extend_pairs(&typed);
                let answer = desk.post(form.path, &visitor, &body.finish()).await;
                assert!(answer.status.as_u16() < 500, "{what}: {}", answer.body);
                let leaks = bad.len() > 5 && answer.body.contains(&bad);
                assert!(!leaks || !SECRET.contains(&name), "{what}: it came back");
            }
        }
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_refused_page_keeps_what_was_typed_but_secrets(db: PgPool) {
    let (desk, visitor, forms) = forms(db).await;
    let mut kept = 0;
    for Form { path, page, .. } in forms.iter().filter(|form| !form.page.is_empty()) {
        let shown = desk.get(page, &visitor).await;
        let form = form_of(&shown.body, path).unwrap_or_default();
        for (name, input) in inputs(form) {
            let bad = format!("{}<b>\u{202e}", "x".repeat(300));
            let mut browser = Browser::of(&desk, &visitor);
            let fresh = browser.open(page).await;
            let answer = browser.submit(&fresh, &[(name, &bad)]).await;
            is_plain(&answer, &format!("{path}, {name}"));
            let back = answer.body.contains(&format!("{}&lt;b", &bad[..300]));
            let refused = answer.status == StatusCode::UNPROCESSABLE_ENTITY;
            match input {
                Input::Secret => assert!(!back, "{path}: {name} came back"),
                Input::Text => assert!(back || !refused, "{path}: {name} is gone"),
                Input::Other => {}
            }
            kept += usize::from(back);
        }
    }
    assert!(kept > 15, "{kept}");
}

/// How a field takes what is typed.
enum Input {
    Text,
    Secret,
    Other,
}

/// The fields that people fill in.
fn inputs(form: &str) -> Vec<(&str, Input)> {
    let tags = form.split(['<', '>']).filter(|tag| {
        let field = tag.starts_with("input ") || tag.starts_with("textarea ");
        field && !tag.contains("type=\"hidden\"")
    });
    let fields = tags.filter_map(|tag| {
        let name = tag.split(" name=\"").nth(1)?.split('"').next()?;
        let input = if tag.contains("data-secret") {
            Input::Secret
        } else if tag.contains("type=\"text\"") || tag.starts_with("textarea") {
            Input::Text
        } else {
            Input::Other
        };
        Some((name, input))
    });
    fields.collect()
}

/// The form that this function is behind.
fn form_of<'page>(page: &'page str, path: &str) -> Option<&'page str> {
    let named = format!("name=\"_fn\" value=\"{path}\"");
    let forms = page.split("<form").skip(1);
    let mut forms = forms.filter_map(|form| form.split("</form>").next());
    forms.find(|form| form.contains(&named))
}
