//! An enrolment becomes a token by its proof, and by nothing else.

use crate::desk::{Desk, Device, NOW, Person, STEP, refused, request};
use backend::check::{Proof, prove};
use backend::seal::{Place, Seed};
use backend::{Caller, Error, Result};
use domain::check::Refusal;
use domain::{Code, Digits, EnrolmentId, Kind, Privilege, Serial, TokenId, UserId};
use sqlx::PgPool;
use uuid::Uuid;

async fn enrolment(desk: &Desk, person: &Person, kind: Kind) -> (EnrolmentId, Device) {
    let id = Uuid::from_u128(77);
    let bytes = vec![5; 20];
    let serial = Serial::parse("E-1").unwrap();
    let place = Place::EnrolmentSeed(id);
    let sealed = desk
        .backend
        .keys
        .seal(&Seed::new(bytes.clone()), place)
        .unwrap();
    sqlx::query("insert into serial_given values ('E-1')")
        .execute(&desk.backend.db)
        .await
        .unwrap();
    sqlx::query(
        "insert into enrolment (id, realm_id, user_id, type_id, serial, algorithm, digits, period,
             seed_sealed, started_at, started_by, ends_at)
         select $1, $2, $3, id, 'E-1', 'SHA1', 6, 30, $4, now(), 'Mara',
             to_timestamp(1780000011)
         from token_type where kind = $5",
    )
    .bind(id)
    .bind(desk.realm_id().await)
    .bind(person.id.0)
    .bind(sealed)
    .bind(kind.as_str())
    .execute(&desk.backend.db)
    .await
    .unwrap();
    let token = TokenId(id);
    (
        EnrolmentId(id),
        Device {
            token,
            serial,
            kind,
            bytes,
        },
    )
}

async fn proved(
    desk: &Desk,
    caller: &Caller,
    (user, enrolment): (UserId, EnrolmentId),
    code: &str,
) -> Result<Proof> {
    let code = Code::parse(code).unwrap();
    prove(&desk.backend, caller, user, enrolment, &code).await
}

#[sqlx::test(migrations = "./migrations")]
async fn a_right_code_makes_the_token_and_sets_its_drift(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let (id, device) = enrolment(&desk, &anna, Kind::Totp).await;
    let early = desk.verify("anna", &device.code(STEP)).await.unwrap();
    assert_eq!(
        early,
        refused(Refusal::NoToken),
        "before its proof it verifies nothing"
    );
    let caller = desk.operator(Privilege::TokensEnrol, NOW).await;
    let proof = proved(&desk, &caller, (anna.id, id), &device.code(STEP - 20)).await;
    assert_eq!(
        proof.unwrap(),
        Proof::Enrolled {
            serial: "E-1".into(),
            replaced: false,
        }
    );
    let late = desk.verify("anna", &device.code(STEP - 20)).await.unwrap();
    assert_eq!(late, refused(Refusal::CodeUsed), "the proof spent it");
    assert!(crate::desk::accepted(
        &desk.verify("anna", &device.code(STEP - 19)).await.unwrap()
    ));
    let drift = "select drift_set::bigint from token_auth where user_id = $1";
    assert_eq!(desk.number(drift, anna.id.0).await, -20);
}

#[sqlx::test(migrations = "./migrations")]
async fn wrong_proofs_count_wait_and_void(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let (id, device) = enrolment(&desk, &anna, Kind::Hotp).await;
    let caller = desk.operator(Privilege::TokensEnrol, NOW).await;
    for failures in 1..=5 {
        let wrong = device.wrong(u64::from(failures));
        let proof = proved(&desk, &caller, (anna.id, id), &wrong).await.unwrap();
        assert!(
            matches!(proof, Proof::Wrong { failures: f, .. } if f == failures),
            "{proof:?}"
        );
    }
    let right = device.code(0);
    let waits = proved(&desk, &caller, (anna.id, id), &right).await.unwrap();
    assert!(matches!(waits, Proof::Waits(_)));
    desk.set(
        "update enrolment set failures = 49, retry_at = null where id = $1",
        id.0,
    )
    .await;
    let last = proved(&desk, &caller, (anna.id, id), &device.wrong(9))
        .await
        .unwrap();
    assert_eq!(last, Proof::Void);
    let left = "select count(*) from enrolment where user_id = $1";
    assert_eq!(desk.number(left, anna.id.0).await, 0);
    assert_eq!(
        desk.failures(&anna).await,
        0,
        "proofs count on the enrolment only"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn the_maximum_holds_at_the_proof(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    desk.token(&anna, Kind::Totp).await;
    let (id, device) = enrolment(&desk, &anna, Kind::Totp).await;
    sqlx::query("update token_type set maximum = 1")
        .execute(&db)
        .await
        .unwrap();
    let mut caller = desk.operator(Privilege::TokensEnrol, NOW).await;
    caller.request = request(1, "prove");
    let proof = proved(&desk, &caller, (anna.id, id), &device.code(STEP)).await;
    assert!(matches!(proof, Err(Error::EnrolBlocked(_))), "{proof:?}");
    sqlx::query("update token_type set maximum = 2")
        .execute(&db)
        .await
        .unwrap();
    let repeat = proved(&desk, &caller, (anna.id, id), &device.code(STEP)).await;
    assert!(matches!(repeat, Err(Error::EnrolBlocked(_))), "{repeat:?}");
    caller.request = request(2, "prove");
    let proof = proved(&desk, &caller, (anna.id, id), &device.code(STEP)).await;
    assert!(matches!(proof, Ok(Proof::Enrolled { .. })), "{proof:?}");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_seed_that_does_not_open_counts_nothing_and_says_so(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let (id, device) = enrolment(&desk, &anna, Kind::Hotp).await;
    desk.set(
        "update enrolment set seed_sealed = set_byte(seed_sealed, 40, 255 - get_byte(seed_sealed, 40))
         where id = $1",
        id.0,
    )
    .await;
    let caller = desk.operator(Privilege::TokensEnrol, NOW).await;
    for code in [device.code(0), device.wrong(0)] {
        let proof = proved(&desk, &caller, (anna.id, id), &code).await;
        assert!(matches!(proof, Err(Error::Seal(_))), "{proof:?}");
    }
    let counted = "select failures::bigint from enrolment where user_id = $1";
    let said = "select count(*) from audit where user_id = $1 and reason = 'seed does not open'";
    let found = [counted, said].map(|sql| desk.number(sql, anna.id.0));
    let [counted, said] = found;
    assert_eq!((counted.await, said.await), (0, 2));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_digit_too_many_is_a_slip_and_counts_nothing(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let token = desk.token(&anna, Kind::Hotp).await;
    let (id, device) = enrolment(&desk, &anna, Kind::Hotp).await;
    let caller = desk.operator(Privilege::TokensEnrol, NOW).await;
    let slip = format!("{}0", device.code(0));
    for _ in 0..6 {
        let tested = desk.test(&anna, &token, &slip).await;
        assert!(matches!(tested, Err(Error::CodeLength(Digits::Six))));
        let proof = proved(&desk, &caller, (anna.id, id), &slip).await;
        assert!(matches!(proof, Err(Error::CodeLength(Digits::Six))));
    }
    assert_eq!(desk.token_failures(&token).await, 0);
    let right = proved(&desk, &caller, (anna.id, id), &device.code(0)).await;
    assert!(matches!(right, Ok(Proof::Enrolled { .. })), "{right:?}");
}
