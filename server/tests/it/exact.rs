//! Callers who send more than is asked for, or another type: nothing of it arrives.

use http::StatusCode;
use sqlx::PgPool;

use crate::desk::Desk;

/// Fields that are ours to set.
const OURS: [&str; 12] = [
    "failures",
    "failcount",
    "counter",
    "seed",
    "seed_sealed",
    "secret",
    "role",
    "privileges",
    "realm_id",
    "created_by",
    "disabled_until",
    "retry_at",
];

/// Everything about all tokens, users and operators but whether a token is disabled, and since when.
async fn facts(db: &PgPool) -> Vec<String> {
    let sql = "select (to_jsonb(a) - 'disabled_at')::text from token_auth a
               union all select (to_jsonb(t) - 'updated_at' - 'version' - 'disabled_reason'
                   - 'disabled_by' - 'disabled_note')::text from token t
               union all select to_jsonb(u)::text from user_auth u
               union all select to_jsonb(r)::text from operator_role r
               union all select to_jsonb(o)::text from operator o order by 1";
    sqlx::query_scalar(sql).fetch_all(db).await.unwrap()
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_form_sets_what_it_asks_for_and_nothing_else(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "HOTP-23456789").await;
    let before = facts(&desk.db).await;
    let more: String = OURS.iter().map(|field| format!("&{field}=7")).collect();
    let named = format!("user={user}&serial=HOTP-23456789");
    for twice in [
        "serial=HOTP-22222222",
        "serial%5B%5D=HOTP-22222222",
        "last=yes&last%5B%5D=no",
    ] {
        let body = format!("{named}&{twice}&last=yes");
        let answer = desk.post("/call/disable-token", &officer, &body).await;
        assert!(
            answer.status.is_client_error(),
            "{twice}: {}",
            answer.status
        );
    }
    for (deed, disabled) in [("disable", 1), ("enable", 0)] {
        let path = format!("/call/{deed}-token");
        let body = format!("{named}&last=yes{more}");
        let answer = desk.post(&path, &officer, &body).await;
        assert!(
            answer.status.is_success(),
            "{deed}: {} {}",
            answer.status,
            answer.body
        );
        let off: i64 = sqlx::query_scalar("select count(disabled_at) from token_auth")
            .fetch_one(&desk.db)
            .await
            .unwrap();
        assert_eq!(off, disabled, "{deed} was done: {}", answer.body);
        assert_eq!(facts(&desk.db).await, before, "{deed}");
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn an_application_sends_strings_once_and_nothing_else(db: PgPool) {
    let desk = Desk::open(db).await;
    let key = desk.client("wiki", &["default"]).await;
    let mut bodies: Vec<String> = OURS
        .iter()
        .map(|field| format!(r#"{{"username": "anna", "code": "123456", "{field}": "7"}}"#))
        .collect();
    for other in [
        "true",
        "1.5",
        "123456",
        "-1",
        "{}",
        "[]",
        r#"["x"]"#,
        r#"{"$ne": ""}"#,
        "null",
    ] {
        for field in ["username", "code", "realm", "purpose", "request_id"] {
            let rest = ["username", "code"].iter().filter(|it| **it != field);
            let rest: String = rest.map(|it| format!(r#", "{it}": "123456""#)).collect();
            bodies.push(format!(r#"{{"{field}": {other}{rest}}}"#));
        }
    }
    for twice in ["username", "code", "realm"] {
        let once = format!(r#""{twice}": "anna""#);
        bodies.push(format!(
            r#"{{"username": "anna", "code": "123456", "realm": "default", {once}}}"#
        ));
    }
    bodies.push(r#"{"Username": "anna", "code": "123456"}"#.into());
    bodies.push(r#"{"username": "anna", "code": "123456"} {}"#.into());
    bodies.push(format!("{}{}", "[".repeat(30_000), "]".repeat(30_000)));
    bodies.push(format!(r#"{{"username": {}1"#, r#"{"a":"#.repeat(10_000)));
    for body in bodies {
        let answer = desk.verify(&key, &body).await;
        let start: String = body.chars().take(80).collect();
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{start}: {}",
            answer.body
        );
    }
    let rows = "select count(*) from audit where action = 'token.verify'";
    let rows: i64 = sqlx::query_scalar(rows).fetch_one(&desk.db).await.unwrap();
    assert_eq!(rows, 0, "nothing was asked");
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn the_cookie_of_a_session_is_for_this_host_s_server_alone(db: PgPool) {
    let desk = Desk::open(db).await;
    let operator = desk.operator("ingrid", None, None).await;
    let hash = backend::auth::password::Password::typed("correct horse battery");
    sqlx::query("update operator set password_hash = $2 where user_id = $1")
        .bind(operator)
        .bind(hash.hash().await.unwrap())
        .execute(&desk.db)
        .await
        .unwrap();
    let body = "username=ingrid&password=correct+horse+battery&next=";
    let stranger = crate::desk::Visitor::default();
    let answer = desk.post("/call/sign-in", &stranger, body).await;
    let cookie = answer.header("set-cookie").to_owned();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    let secret = value.strip_prefix("__Host-tokendesk=").unwrap();
    assert!(secret.len() >= 22, "128 bits: {} characters", secret.len());
    let mut attributes: Vec<&str> = attributes.split("; ").collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
    let again = desk.post("/call/sign-in", &stranger, body).await;
    assert_ne!(again.header("set-cookie"), cookie, "another one each time");
    let kept = "select count(*) from session where secret_hash = convert_to($1, 'UTF8')";
    let kept: i64 = sqlx::query_scalar(kept)
        .bind(secret)
        .fetch_one(&desk.db)
        .await
        .unwrap();
    assert_eq!(kept, 0, "only its hash is kept");
}
