//! Guessing: what is evaluated, how long the next guess waits, and who is counted.

use crate::desk::{Desk, Device, NOW, Person, STEP, accepted, refused};
use crate::operator::{Works, after, nobody};
use backend::check::{self, Checked, Purpose, Subject};
use backend::sign_in::{self, Step1, Step2};
use domain::Kind;
use domain::check::Refusal;
use sqlx::PgPool;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// Copies of a round; one is right.
const COPIES: usize = 30;

/// How the audit tells a user's checks, in the order of its numbers.
async fn told(db: &PgPool, person: &Person) -> Vec<String> {
    let sql = "select result from audit where user_id = $1 and action = 'token.verify' order by id";
    let told = sqlx::query_scalar(sql).bind(person.id.0);
    told.fetch_all(db).await.unwrap()
}

#[sqlx::test(migrations = "./migrations")]
async fn one_right_among_many_wrong_fits_a_serial_order(db: PgPool) {
    let desks = [Desk::another(&db).await, Desk::another(&db).await].map(Arc::new);
    let anna = desks[0].person("anna").await;
    let device = desks[0].token(&anna, Kind::Hotp).await;
    let (mut counter, mut seen) = (0, 0);
    for round in 0..12 {
        for sql in [
            "update user_auth set failures = 0, retry_at = null where user_id = $1",
            "update token_auth set failures = 0, retry_at = null where user_id = $1",
        ] {
            desks[0].set(sql, anna.id.0).await;
        }
        let right = round * 7 % COPIES;
        let tries: Vec<_> = (0..COPIES)
            .map(|n| {
                let desk = Arc::clone(&desks[n % 2]);
                let code = if n == right {
                    device.code(counter)
                } else {
                    device.wrong(100 + n as u64)
                };
                tokio::spawn(async move { desk.verify("anna", &code).await })
            })
            .collect();
        let mut yes = 0;
        for tried in tries {
            yes += usize::from(tried.await.unwrap().is_ok_and(|checked| accepted(&checked)));
        }
        let all = told(&db, &anna).await;
        let rows = &all[seen..];
        seen = all.len();
        let done = rows.iter().position(|result| result == "done");
        assert_eq!(usize::from(done.is_some()), yes, "{rows:?}");
        let failed = |rows: &[String]| rows.iter().filter(|it| *it == "failed").count();
        let (before, since) = rows.split_at(done.unwrap_or(0));
        assert!(failed(before) < 5, "accepted while it waited: {rows:?}");
        assert!(failed(since) <= 5, "evaluated while it waited: {rows:?}");
        let kept = desks[0].token_failures(&device).await;
        assert_eq!(kept as usize, failed(since), "{rows:?}");
        counter += yes as u64;
    }
}

/// Whether a code is evaluated at this instant, by a wrong one.
async fn evaluated(desk: &Desk, device: &Device, seconds: u64) -> bool {
    let wrong = desk
        .verify_at(after(NOW, seconds), "anna", &device.wrong(seconds % 50))
        .await;
    matches!(wrong, Checked::Refused(refusal) if refusal.is_counted())
}

#[sqlx::test(migrations = "./migrations")]
async fn the_waits_are_those_that_the_manual_says(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    let (mut now, mut waits) = (0, Vec::new());
    for _ in 0..12 {
        let mut waited = 0;
        // measured from outside, and a right code fares no better meanwhile
        while !evaluated(&desk, &device, now + waited).await {
            let right = device.code(0);
            let right = desk
                .verify_at(after(NOW, now + waited), "anna", &right)
                .await;
            assert!(!accepted(&right), "{waited} s after {waits:?}");
            let step = if waited < 60 { 1 } else { 60 };
            waited += step - waited % step;
            assert!(waited <= 3_600, "{waits:?}");
        }
        now += waited;
        waits.push(waited);
    }
    assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920]);
}

#[sqlx::test(migrations = "./migrations")]
async fn after_its_wait_a_token_gives_one_try_and_waits_again(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    for n in 0..5 {
        assert!(evaluated(&desk, &device, n).await);
    }
    let mut tries = 0;
    for _ in 0..15 {
        tries += u32::from(evaluated(&desk, &device, 34).await);
    }
    assert_eq!(tries, 1, "three times the limit, at once");
    assert_eq!(desk.token_failures(&device).await, 6);
}

#[sqlx::test(migrations = "./migrations")]
async fn ten_ways_to_name_a_user_share_one_counter_and_one_spent_code(db: PgPool) {
    let desk = Desk::new(&db);
    let zoe = desk.person("zoë").await;
    let device = desk.token(&zoe, Kind::Totp).await;
    let user = |realm: Option<&str>, username: &str| Subject::User {
        realm: realm.map(Into::into),
        username: username.into(),
    };
    let serial = device.serial.as_str();
    let ways = [
        user(None, "zoë"),
        user(Some("default"), "zoë"),
        user(None, "ZOË"),
        user(None, "Zoë "),
        user(None, "\tzoë"),
        user(Some("default"), "zoe\u{308}"),
        user(None, "ｚｏë"),
        Subject::Serial(serial.into()),
        Subject::Serial(serial.to_lowercase()),
        Subject::Serial(format!(" {}\u{a0}", serial.replace('-', " - "))),
    ];
    let ask = async |subject: &Subject, code: &str| {
        let client = desk.client(NOW).await;
        let asked = check::verify(&desk.backend, &client, subject, code, Purpose::Approval);
        asked.await.unwrap()
    };
    assert!(accepted(&ask(&ways[9], &device.code(STEP)).await));
    for (n, way) in (1..).zip(&ways[..4]) {
        let spent = ask(way, &device.code(STEP)).await;
        assert_eq!(spent, refused(Refusal::CodeUsed), "{way:?}");
        assert_eq!(desk.failures(&zoe).await, n, "{way:?}");
    }
    assert_eq!(
        ask(&ways[4], &device.wrong(0)).await,
        refused(Refusal::WrongCode)
    );
    for way in &ways {
        let waits = ask(way, &device.code(STEP + 1)).await;
        let waits = matches!(waits, Checked::Refused(Refusal::Waits(_)));
        assert!(waits, "{way:?} is another door with a counter of its own");
    }
    assert_eq!(
        (
            desk.failures(&zoe).await,
            desk.token_failures(&device).await
        ),
        (5, 5)
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn a_thousand_addresses_that_guess_one_user_share_the_counter(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    let mut tries = 0;
    for n in 0..1_000 {
        let mut caller = desk.client(NOW).await;
        let address = Some(IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + n)));
        (caller.address, caller.client_address) = (address, address);
        let wrong = device.wrong(u64::from(n % 50));
        let checked = desk.verify_as(caller, "anna", &wrong).await.unwrap();
        tries += u32::from(matches!(checked, Checked::Refused(it) if it.is_counted()));
    }
    assert_eq!(tries, 5);
}

#[sqlx::test(migrations = "./migrations")]
async fn beginning_the_sign_in_again_gives_no_new_tries_of_the_code(db: PgPool) {
    let works = Works::new(&db).await;
    let now = after(NOW, 30);
    for n in 0..6 {
        let Step1::Code { secret } = works.password("correct horse battery", now).await else {
            panic!("a right password, {n}");
        };
        // the sixth is right, and waits for it
        let right = works.code(STEP + 1);
        let code = if n == 5 { right.as_str() } else { "000000" };
        let step2 = sign_in::code(&works.backend, &nobody(now), &secret, code).await;
        assert!(!matches!(step2, Ok(Step2::SignedIn { .. })), "{n}");
    }
    let failures: i32 = sqlx::query_scalar("select max(failures) from token_auth")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(failures, 5);
}
