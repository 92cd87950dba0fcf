//! The kinds, one by one, and rows of a kind that only a newer version knows.

use crate::desk::{Desk, NOW, STEP, accepted};
use backend::tokens::tab;
use backend::{token_types, users};
use domain::{BuiltInRole, Kind};
use sqlx::PgPool;

#[sqlx::test(migrations = "./migrations")]
async fn tokens_of_a_kind_of_a_newer_version_are_left_out_and_break_nothing(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let app = desk.token(&anna, Kind::Totp).await;
    let newer = desk.token(&anna, Kind::Hotp).await;
    let unknown = "update token_type set kind = 'webauthn' where slug = 'hotp-app';
                   update token_auth set kind = 'webauthn' where kind = 'hotp'";
    sqlx::raw_sql(unknown).execute(&db).await.unwrap();
    let caller = desk.of_role(BuiltInRole::TokenOfficer, None).await;
    let seen = tab(&desk.backend, &caller, anna.id).await.unwrap();
    let serials: Vec<_> = seen.tokens.iter().map(|token| &token.serial).collect();
    assert_eq!(serials, [&app.serial]);
    let choices = token_types::choices(&desk.backend, &caller, anna.id).await;
    let types = choices.unwrap().types;
    assert!(types.iter().all(|(it, _)| it.kind == Kind::Totp));
    assert!(!accepted(
        &desk.verify("anna", &newer.code(0)).await.unwrap()
    ));
    assert!(accepted(
        &desk.verify("anna", &app.code(STEP)).await.unwrap()
    ));
    users::refresh_all(&desk.backend, NOW).await.unwrap();
}
