//! Many at once, over two servers, with clients that hang up.

use crate::desk::{Desk, NOW, STEP, accepted, refused, request};
use crate::wait::{wait_for_a_held_check, wait_for_a_lock};
use backend::Error;
use backend::check::Checked;
use backend::tokens::disable::{Disable, disable};
use domain::check::Refusal;
use domain::{Kind, Privilege, Reason};
use sqlx::PgPool;
use std::sync::Arc;
use std::time::Duration;

async fn two(db: &PgPool) -> [Arc<Desk>; 2] {
    [
        Arc::new(Desk::another(db).await),
        Arc::new(Desk::another(db).await),
    ]
}

#[sqlx::test(migrations = "./migrations")]
async fn one_code_a_hundred_times_at_once_over_two_servers_is_accepted_once(db: PgPool) {
    let desks = two(&db).await;
    for kind in [Kind::Totp, Kind::Hotp] {
        let anna = desks[0].person(kind.as_str()).await;
        let device = desks[0].token(&anna, kind).await;
        let code = device.code(if kind == Kind::Hotp { 0 } else { STEP });
        let tries: Vec<_> = (0..100)
            .map(|n| {
                let (desk, code) = (Arc::clone(&desks[n % 2]), code.clone());
                tokio::spawn(async move { desk.verify(kind.as_str(), &code).await })
            })
            .collect();
        let mut yes = 0;
        for tried in tries {
            yes += usize::from(tried.await.unwrap().is_ok_and(|checked| accepted(&checked)));
        }
        assert_eq!(yes, 1, "{kind:?}");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn a_burst_of_wrong_codes_over_two_servers_is_evaluated_up_to_the_limit(db: PgPool) {
    let desks = two(&db).await;
    let anna = desks[0].person("anna").await;
    let device = desks[0].token(&anna, Kind::Totp).await;
    let wrong: Vec<String> = (0..5).map(|n| device.wrong(n)).collect();
    let tries: Vec<_> = (0..500)
        .map(|n| {
            let (desk, code) = (Arc::clone(&desks[n % 2]), wrong[n % 5].clone());
            tokio::spawn(async move { desk.verify("anna", &code).await })
        })
        .collect();
    let mut evaluated = 0;
    for tried in tries {
        if let Ok(Checked::Refused(refusal)) = tried.await.unwrap() {
            evaluated += i64::from(refusal.is_counted());
        }
    }
    assert_eq!(evaluated, 5, "the token waits from the fifth");
    assert_eq!(desks[0].failures(&anna).await, 5);
    assert_eq!(desks[0].token_failures(&device).await, 5);
    assert_eq!(desks[0].counted(&anna).await, 5);
    let right = desks[1].verify("anna", &device.code(STEP)).await.unwrap();
    assert!(
        !accepted(&right),
        "a right code is no better while it waits"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn a_check_that_began_while_the_token_was_disabled_sees_it_disabled(db: PgPool) {
    let desks = two(&db).await;
    let anna = desks[0].person("anna").await;
    let device = desks[0].token(&anna, Kind::Totp).await;
    // the deed has written and cannot commit, for its audit row waits
    let mut holder = db.begin().await.unwrap();
    sqlx::query("lock table audit in share row exclusive mode")
        .execute(&mut *holder)
        .await
        .unwrap();
    let disabled = tokio::spawn({
        let (desk, anna, serial) = (Arc::clone(&desks[0]), anna.clone(), device.serial.clone());
        let asked = Disable {
            reason: Reason::default(),
            until: None,
            confirmed_last: true,
        };
        async move {
            let caller = desk.operator(Privilege::TokensDisable, NOW).await;
            disable(&desk.backend, &caller, anna.id, &serial, &asked).await
        }
    });
    wait_for_a_lock(&db, 1).await;
    let checked = tokio::spawn({
        let (desk, code) = (Arc::clone(&desks[1]), device.code(STEP));
        async move { desk.verify("anna", &code).await }
    });
    wait_for_a_held_check(&db).await;
    holder.rollback().await.unwrap();
    disabled.await.unwrap().unwrap();
    assert_eq!(checked.await.unwrap().unwrap(), refused(Refusal::Disabled));
}

#[sqlx::test(migrations = "./migrations")]
async fn one_number_for_two_users_at_once_is_accepted_for_one(db: PgPool) {
    let desks = two(&db).await;
    let client = desks[0].client(NOW).await;
    let mut devices = Vec::new();
    for (desk, name) in desks.iter().zip(["anna", "ben"]) {
        let person = desk.person(name).await;
        devices.push(desk.token(&person, Kind::Hotp).await);
    }
    // both have read, and neither has written
    let mut holder = db.begin().await.unwrap();
    sqlx::query("lock table user_auth in exclusive mode")
        .execute(&mut *holder)
        .await
        .unwrap();
    let mut asked = Vec::new();
    for ((desk, name), device) in desks.iter().zip(["anna", "ben"]).zip(&devices) {
        let (desk, code, mut caller) = (Arc::clone(desk), device.code(0), client.clone());
        caller.request = request(1, name);
        asked.push(tokio::spawn(async move {
            desk.verify_as(caller, name, &code).await
        }));
    }
    wait_for_a_lock(&db, 2).await;
    holder.commit().await.unwrap();
    let [one, other] = [
        asked.remove(0).await.unwrap(),
        asked.remove(0).await.unwrap(),
    ];
    let reused = |told: &backend::Result<Checked>| matches!(told, Err(Error::RequestReused));
    assert!(reused(&one) != reused(&other), "{one:?}, {other:?}");
    assert!(accepted(&one.or(other).unwrap()));
}

#[sqlx::test(migrations = "./migrations")]
async fn hanging_up_gives_no_free_try(db: PgPool) {
    let desks = two(&db).await;
    let anna = desks[0].person("anna").await;
    // two tokens, so that only the user counts, up to ten
    let device = desks[0].token(&anna, Kind::Totp).await;
    desks[0].token(&anna, Kind::Totp).await;
    let wrong = device.wrong(0);
    // the first check of a server also makes its connection, and may take longer than who hangs up waits
    for desk in &desks {
        desk.verify("nobody", &wrong).await.unwrap();
    }
    for wait in [0, 1, 2, 3, 5, 8, 13, 20, 50] {
        let desk = Arc::clone(&desks[wait as usize % 2]);
        let asked = desk.verify("anna", &wrong);
        let _ = tokio::time::timeout(Duration::from_millis(wait), asked).await;
    }
    // one statement sees one moment: whatever is still under way, count and audit agree
    let both = "select a.failures * 100 + (select count(*) from audit
                    where user_id = a.user_id and result = 'failed')
                from user_auth a where a.user_id = $1";
    let both = desks[0].number(both, anna.id.0).await;
    assert_eq!(both / 100, both % 100, "counted and audited");
    assert!((1..=9).contains(&(both / 100)), "{both}");
    let code = device.code(STEP);
    let right = desks[0].verify("anna", &code);
    let _ = tokio::time::timeout(Duration::from_millis(2), right).await;
    // the one that was hung up on comes first, or second and finds the code spent
    let again = desks[1].verify("anna", &code).await.unwrap();
    let spent = desks[0]
        .number(
            "select count(*) from audit where user_id = $1 and result = 'done'",
            anna.id.0,
        )
        .await;
    assert_eq!(spent, 1, "accepted once, heard or not: {again:?}");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_repeat_sent_at_once_spends_nothing_and_gets_the_same_answer(db: PgPool) {
    let desks = two(&db).await;
    let anna = desks[0].person("anna").await;
    let device = desks[0].token(&anna, Kind::Totp).await;
    let code = device.code(STEP);
    let ask = async |desk: &Desk| {
        let mut caller = desk.client(NOW).await;
        caller.request = request(1, &code);
        desk.verify_as(caller, "anna", &code).await.unwrap()
    };
    let (a, b) = tokio::join!(ask(&desks[0]), ask(&desks[1]));
    assert!(accepted(&a), "{a:?}");
    assert_eq!(a, b);
    let rows = desks[0]
        .number("select count(*) from audit where user_id = $1", anna.id.0)
        .await;
    assert_eq!((rows, desks[0].failures(&anna).await), (1, 0));
}
