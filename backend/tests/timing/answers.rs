//! How long a no takes tells nothing of whom it is about.

use crate::desk::{Desk, NOW};
use crate::operator::{Works, after, nobody};
use crate::{are_alike, of_each};
use backend::auth::password::Password;
use backend::sign_in::{self, Step1};
use domain::Kind;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;
use std::time::Instant;

/// A database stands between: what a step costs is far more than this.
const BOUNDS: Range<f64> = 0.6..1.6;

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
    for n in 0..4 * of_each() {
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
    are_alike(&mut samples, &BOUNDS);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_no_at_the_sign_in_takes_as_long_whoever_it_is_about(db: PgPool) {
    let works = Works::new(&db).await;
    let wrong = Password::typed("wrong password!");
    let mut samples = ["jana", "nobody"].map(|name| (name, Vec::new()));
    for n in 0..of_each().min(1_000) as u64 {
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
    are_alike(&mut samples, &BOUNDS);
}
