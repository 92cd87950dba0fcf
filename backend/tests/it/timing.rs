//! How long a no takes tells nothing: medians of interleaved samples, compared in one run. The bounds are
//! wide, for the machine may be busy; what they find is a step that is left out.

use crate::desk::{Desk, NOW};
use crate::operator::{Works, after, nobody};
use backend::auth::password::Password;
use backend::sign_in::{self, Step1};
use domain::Kind;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

/// How many of each; `scripts/test long` asks for ten thousand.
fn of_each(few: usize) -> usize {
    let asked = std::env::var("TIMING_SAMPLES").ok();
    asked.map_or(few, |number| number.parse().unwrap())
}

/// Fails when a median is far from the first one.
fn are_alike(samples: &mut [(&str, Vec<Duration>)]) {
    let medians: Vec<(&str, f64)> = samples
        .iter_mut()
        .map(|(what, samples)| {
            samples.sort_unstable();
            (*what, samples[samples.len() / 2].as_secs_f64())
        })
        .collect();
    for (what, median) in &medians {
        let ratio = median / medians[0].1;
        println!("{what}: {ratio:.3} of {}", medians[0].0);
        assert!(
            (0.6..1.6).contains(&ratio),
            "{what}: {ratio:.2}; {medians:?}"
        );
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn a_no_to_an_application_takes_as_long_whoever_it_is_about(db: PgPool) {
    // one connection, so that none has its statements better prepared
    let one = PgPoolOptions::new().max_connections(1);
    let one = one.connect_with((*db.connect_options()).clone()).await;
    let (desk, asked) = (Desk::new(&db), Desk::new(&one.unwrap()));
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    desk.person("without").await;
    let locked = desk.person("locked").await;
    let lock = desk.token(&locked, Kind::Totp).await;
    let sql = "update token_auth set failures = 50 where token_id = $1";
    desk.set(sql, lock.token.0).await;
    let wrong = device.wrong(0);
    let mut samples = ["anna", "nobody", "without", "locked"].map(|name| (name, Vec::new()));
    for n in 0..4 * of_each(150) {
        // each is first as often as the others
        let (name, samples) = &mut samples[(n + n / 4) % 4];
        for sql in [
            "update user_auth set failures = 0, retry_at = null where user_id = $1",
            "update token_auth set failures = 0, retry_at = null where user_id = $1",
        ] {
            desk.set(sql, anna.id.0).await;
        }
        let caller = desk.client(NOW).await;
        let begun = Instant::now();
        asked.verify_as(caller, name, &wrong).await.unwrap();
        samples.push(begun.elapsed());
    }
    are_alike(&mut samples);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_no_writes_as_much_whoever_it_is_about(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let lock = "update token_auth set failures = 50 where token_id = $1";
    for (name, before) in [("nobody", None), ("anna", None), ("anna", Some(lock))] {
        if let Some(sql) = before {
            desk.set(sql, device.token.0).await;
        }
        let since = "select pg_current_xact_id()::text::bigint";
        let since: i64 = sqlx::query_scalar(since).fetch_one(&db).await.unwrap();
        desk.verify(name, &device.wrong(0)).await.unwrap();
        let rows = "select (select count(*) from user_auth where xmin::text::bigint > $1),
                           (select count(*) from token_auth where xmin::text::bigint > $1),
                           (select count(*) from audit where xmin::text::bigint > $1)";
        let rows: (i64, i64, i64) = sqlx::query_as(rows)
            .bind(since)
            .fetch_one(&db)
            .await
            .unwrap();
        assert_eq!(rows, (1, 1, 1), "{name}, {before:?}");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn a_no_at_the_sign_in_takes_as_long_whoever_it_is_about(db: PgPool) {
    let works = Works::new(&db).await;
    let wrong = Password::typed("wrong password!");
    let mut samples = ["jana", "nobody"].map(|name| (name, Vec::new()));
    for n in 0..of_each(24).min(1_000) as u64 {
        // each from another address and after any wait
        let mut caller = nobody(after(NOW, n * 4_000));
        caller.address = Some(IpAddr::V4(Ipv4Addr::from_bits(n.try_into().unwrap())));
        for (name, samples) in &mut samples {
            let begun = Instant::now();
            let step = sign_in::password(&works.backend, &caller, name, &wrong).await;
            samples.push(begun.elapsed());
            assert!(matches!(step, Ok(Step1::Refused)));
        }
    }
    are_alike(&mut samples);
}
