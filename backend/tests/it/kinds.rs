//! The kinds, one by one, and rows of a kind that only a newer version knows.

use crate::desk::{Desk, NOW, STEP, accepted, fields};
use crate::operator::{after, code_of};
use backend::check::{Proof, prove};
use backend::tokens::{enrol, tab};
use backend::{token_types, users};
use domain::{BuiltInRole, Code, Kind, Moves};
use sqlx::PgPool;

#[sqlx::test(migrations = "./migrations")]
async fn every_kind_has_a_type_and_is_enrolled_proven_and_verified(db: PgPool) {
    let desk = Desk::new(&db);
    let caller = desk.of_role(BuiltInRole::TokenOfficer, None).await;
    for kind in Kind::ALL {
        let person = desk.person(kind.as_str()).await;
        let choices = token_types::choices(&desk.backend, &caller, person.id).await;
        let mut types = choices.unwrap().types.into_iter();
        let token_type = types.find(|(it, _)| it.kind == kind).map(|(it, _)| it);
        let slug = token_type.expect("no type of this kind").slug;
        let none = fields("");
        let begun = enrol::start(&desk.backend, &caller, person.id, &slug, &none).await;
        let (begun, secret) = begun.unwrap();
        let secret = secret.unwrap();
        let code = |n| code_of(&secret, n);
        let (device, proof, next) = match kind.moves() {
            Some(Moves::Clock) => ("otpauth://totp/", code(STEP), code(STEP + 1)),
            Some(Moves::Counter) => ("otpauth://hotp/", code(0), code(1)),
            None => panic!("{kind:?}: say here how a code of it is come by"),
        };
        assert!(secret.uri.starts_with(device), "{kind:?}: {}", secret.uri);
        let proof = Code::parse(&proof).unwrap();
        let proven = prove(&desk.backend, &caller, person.id, begun.enrolment, &proof).await;
        assert!(matches!(proven, Ok(Proof::Enrolled { .. })), "{kind:?}");
        let verified = desk.verify_at(after(NOW, 30), kind.as_str(), &next).await;
        assert!(accepted(&verified), "{kind:?}");
    }
}

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
