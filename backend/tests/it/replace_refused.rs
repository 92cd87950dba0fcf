//! A replacement that does not begin, or does not come to its end: the old token stays as it was.

use crate::desk::{Desk, NOW, STEP, accepted, fields};
use crate::replace::{OLD, anna, audited, begun, code, help_desk, proved, started, state};
use backend::Error;
use backend::check::{Proof, prove};
use backend::tokens::enrol::{cancel, restart};
use backend::tokens::replace;
use domain::token_type::EnrolBlocked;
use domain::{Blocked, Code, Kind, Privilege};
use sqlx::PgPool;

#[sqlx::test(migrations = "./migrations")]
async fn a_wrong_proof_a_cancelled_and_a_late_one_leave_the_old_token(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let it = (&anna, &device);
    let (id, right) = begun(&desk, it).await;
    let other = if right.as_str() == "000000" {
        "000001"
    } else {
        "000000"
    };
    let wrong = proved(&desk, &anna, id, &Code::parse(other).unwrap()).await;
    assert!(
        matches!(wrong, Ok(Proof::Wrong { failures: 1, .. })),
        "{wrong:?}"
    );
    assert_eq!(state(&desk, &anna).await, (vec![OLD.to_owned()], 1));
    let caller = help_desk(&desk).await;
    cancel(&desk.backend, &caller, anna.id, id).await.unwrap();
    assert_eq!(state(&desk, &anna).await, (vec![OLD.to_owned()], 0));
    let (id, right) = begun(&desk, it).await;
    desk.set(
        "update enrolment set ends_at = to_timestamp(0) where id = $1",
        id.0,
    )
    .await;
    let late = proved(&desk, &anna, id, &right).await.unwrap();
    assert_eq!(late, Proof::Void);
    assert_eq!(state(&desk, &anna).await, (vec![OLD.to_owned()], 0));
    assert!(accepted(
        &desk.verify("anna", &device.code(STEP)).await.unwrap()
    ));
    assert_eq!(audited(&desk, &anna, "token.replace").await, 0);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_token_that_is_obsolete_no_longer_is_not_deleted(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let (id, right) = begun(&desk, (&anna, &device)).await;
    let back = "update token_type set obsolete_since = null, follows = null, grace_until = null";
    sqlx::raw_sql(back).execute(&db).await.unwrap();
    let proof = proved(&desk, &anna, id, &right).await;
    assert!(matches!(proof, Err(Error::NotObsolete)), "{proof:?}");
    assert_eq!(state(&desk, &anna).await, (vec![OLD.to_owned()], 1));
    let again = started(&desk, (&anna, &device)).await;
    assert!(
        matches!(again, Err(Error::NotFound)),
        "not offered any more"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn it_takes_the_privilege_to_replace_and_no_other(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let enrols = desk.operator(Privilege::TokensEnrol, NOW).await;
    let replaces = desk.operator(Privilege::TokensReplace, NOW).await;
    let words = fields("New phone");
    let refused = replace::start(&desk.backend, &enrols, anna.id, &device.serial, &words).await;
    let missing = |error: &Error| matches!(error, Error::Forbidden(Privilege::TokensReplace));
    assert!(missing(&refused.unwrap_err()));
    let made = replace::start(&desk.backend, &replaces, anna.id, &device.serial, &words).await;
    let (made, secret) = made.unwrap();
    let right = code(&secret.unwrap());
    let proof = prove(&desk.backend, &enrols, anna.id, made.enrolment, &right).await;
    assert!(missing(&proof.unwrap_err()), "its proof deletes a token");
    let again = restart(&desk.backend, &enrols, anna.id, made.enrolment).await;
    assert!(missing(&again.unwrap_err()));
    let given_up = cancel(&desk.backend, &enrols, anna.id, made.enrolment).await;
    assert!(missing(&given_up.unwrap_err()));
    let proof = prove(&desk.backend, &replaces, anna.id, made.enrolment, &right).await;
    assert!(
        matches!(proof, Ok(Proof::Enrolled { replaced: true, .. })),
        "{proof:?}"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn the_following_type_s_maximum_holds_and_something_must_follow(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let (first, second) = (
        desk.token(&anna, Kind::Totp).await,
        desk.token(&anna, Kind::Totp).await,
    );
    desk.make_obsolete(&first).await;
    let most = "update token_type set maximum = 1 where slug = 'authenticator-app'";
    sqlx::raw_sql(most).execute(&db).await.unwrap();
    let full = started(&desk, (&anna, &first)).await;
    let reached = |error| {
        matches!(
            error,
            Error::EnrolBlocked(EnrolBlocked::Maximum {
                count: 1,
                maximum: 1
            })
        )
    };
    assert!(full.is_err_and(reached));
    // the old one counts for its own type only
    sqlx::query(
        "update token_auth set type_id = (select type_id from token_auth where token_id = $1)
                 where token_id = $2",
    )
    .bind(first.token.0)
    .bind(second.token.0)
    .execute(&db)
    .await
    .unwrap();
    begun(&desk, (&anna, &first)).await;
    sqlx::raw_sql("update token_type set follows = null")
        .execute(&db)
        .await
        .unwrap();
    let nothing = started(&desk, (&anna, &second)).await;
    assert!(matches!(
        nothing,
        Err(Error::Blocked(Blocked::NothingFollows))
    ));
}
