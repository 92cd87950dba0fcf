//! Who is nobody here, whatever they bring along.

use http::{Method, StatusCode};
use sqlx::PgPool;

use super::functions::FUNCTIONS;
use super::pages::PAGES;
use super::target::Target;
use super::{Door, Opens};
use crate::desk::{Desk, Visitor};

/// Tries every door that is not everybody's.
async fn all_ask_to_sign_in(desk: &Desk, target: &Target, visitor: &Visitor) {
    let closed = |door: &&Door| door.opens != Opens::Stranger;
    for door in FUNCTIONS.iter().filter(closed) {
        let answer = desk.post(door.path, visitor, &target.of(door.brings)).await;
        let status = StatusCode::UNAUTHORIZED;
        assert_eq!(answer.status, status, "{}: {}", door.path, answer.body);
    }
    for page in PAGES.iter().filter(closed) {
        let answer = desk.get(&target.page(page), visitor).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "GET {}", page.path);
        assert!(!answer.body.contains("anna"), "GET {}", page.path);
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn nobody_comes_in_without_a_session(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    let forged = Visitor(format!("{}=00", desk.cookie()));
    for visitor in [Visitor::default(), forged] {
        all_ask_to_sign_in(&desk, &target, &visitor).await;
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn half_a_session_opens_nothing(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    let operator = desk.operator("ingrid", Some("administrator"), None).await;
    let half = desk.session(operator, true).await;
    all_ask_to_sign_in(&desk, &target, &half).await;
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
    all_ask_to_sign_in(&desk, &target, &ingrid).await;
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
    let functions = FUNCTIONS.iter().map(|door| (target.of(door.path), door));
    let pages = PAGES.iter().map(|page| (target.page(page), page));
    for (path, door) in functions.chain(pages) {
        let body = target.of(door.brings);
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
