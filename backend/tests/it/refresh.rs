//! The job that keeps the users list looks at whom it may concern, and not at everybody.

use crate::desk::{Desk, NOW, Person, accepted};
use crate::operator::command;
use crate::token_types::{HOTP, ends, save};
use backend::token_types::Edited;
use backend::tokens::delete::{Delete, Deleted, delete};
use backend::{demo, users};
use domain::type_settings::Ending;
use domain::{BuiltInRole, Kind, Privilege, Reason, Timestamp};
use sqlx::PgPool;
use std::time::Duration;

pub fn later(seconds: u64) -> Timestamp {
    NOW.after(Duration::from_secs(seconds))
}

pub const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Thirty people with an app who are no concern of any run.
async fn among_others(db: &PgPool) -> Desk {
    let desk = Desk::new(db);
    for n in 0..30 {
        let other = desk.person(&format!("other{n}")).await;
        desk.token(&other, Kind::Totp).await;
    }
    desk
}

pub async fn can_sign_in(desk: &Desk, person: &Person) -> bool {
    let sql = "select can_sign_in::int::bigint from app_user where id = $1";
    desk.number(sql, person.id.0).await == 1
}

/// As seconds; 0 for never.
pub async fn last_use(desk: &Desk, person: &Person) -> i64 {
    let sql = "select coalesce(extract(epoch from max(nullif(at, '-infinity'))), 0)::bigint
               from last_use where user_id = $1";
    desk.number(sql, person.id.0).await
}

/// Users that a run looked at, which left nobody.
async fn run(desk: &Desk, ran_at: Timestamp, now: Timestamp) -> u64 {
    let run = users::refresh_since(&desk.backend, ran_at, now).await;
    let run = run.unwrap();
    assert_eq!(run.left, 0);
    run.looked_at
}

#[sqlx::test(migrations = "./migrations")]
async fn what_ends_by_itself_is_seen_when_its_instant_has_come(db: PgPool) {
    let desk = among_others(&db).await;
    let (anna, ben) = (desk.person("anna").await, desk.person("ben").await);
    let (app, other) = (
        desk.token(&anna, Kind::Totp).await,
        desk.token(&ben, Kind::Totp).await,
    );
    // an hour and two hours from now
    let expires = "update token_auth set expires_at = to_timestamp(1780003610) where token_id = $1";
    desk.set(expires, app.token.0).await;
    let off = "update token_auth set disabled_at = to_timestamp(0),
                   disabled_until = to_timestamp(1780007210) where token_id = $1";
    desk.set(off, other.token.0).await;
    users::refresh_all(&desk.backend, NOW).await.unwrap();
    let can = async || {
        [
            can_sign_in(&desk, &anna).await,
            can_sign_in(&desk, &ben).await,
        ]
    };
    assert_eq!(can().await, [true, false]);
    assert_eq!(run(&desk, NOW, later(HOUR - 1)).await, 0);
    assert_eq!(run(&desk, later(HOUR - 1), later(HOUR)).await, 1);
    assert_eq!(can().await, [false, false], "it expired");
    assert_eq!(run(&desk, later(HOUR), later(2 * HOUR)).await, 1);
    assert_eq!(can().await, [false, true], "it is disabled no longer");
    assert_eq!(run(&desk, later(2 * HOUR), later(3 * HOUR)).await, 0);
}

/// Which version of the row it is.
async fn version(desk: &Desk, person: &Person) -> i64 {
    let sql = "select xmin::text::bigint from app_user where id = $1";
    desk.number(sql, person.id.0).await
}

#[sqlx::test(migrations = "./migrations")]
async fn a_type_that_ends_is_seen_with_each_of_its_dates(db: PgPool) {
    let desk = among_others(&db).await;
    let anna = desk.person("anna").await;
    desk.token(&anna, Kind::Hotp).await;
    users::refresh_all(&desk.backend, NOW).await.unwrap();
    let before = version(&desk, &anna).await;
    let ends = async |ending: Option<Ending>| {
        let saved = save(&desk, HOTP, |settings| settings.obsolete = ending).await;
        assert_eq!(saved.unwrap(), Edited::Saved);
    };
    ends(ends_in(Some(DAY), Some(2 * DAY))).await;
    assert_eq!(run(&desk, NOW, later(HOUR)).await, 1, "it was edited");
    assert_eq!(run(&desk, later(HOUR), later(2 * HOUR)).await, 0);
    assert_eq!(run(&desk, later(DAY - 1), later(DAY)).await, 1);
    assert!(can_sign_in(&desk, &anna).await, "its grace has begun");
    assert_eq!(version(&desk, &anna).await, before, "nothing is written");
    assert_eq!(run(&desk, later(DAY + HOUR), later(2 * DAY - 1)).await, 0);
    assert_eq!(run(&desk, later(2 * DAY - 1), later(2 * DAY)).await, 1);
    assert!(!can_sign_in(&desk, &anna).await, "its grace has ended");
    ends(None).await;
    assert_eq!(run(&desk, NOW, later(HOUR)).await, 1);
    assert!(can_sign_in(&desk, &anna).await, "it was taken back");
    ends(ends_in(None, None)).await;
    assert_eq!(run(&desk, NOW, later(HOUR)).await, 1);
    assert!(!can_sign_in(&desk, &anna).await, "it ended at once");
}

/// Obsolete after so many seconds, or now; with a grace until then, or none.
fn ends_in(since: Option<u64>, grace_until: Option<u64>) -> Option<Ending> {
    let ending = ends(None, None)?;
    Some(Ending {
        since: later(since.unwrap_or(0)),
        grace_until: grace_until.map(later),
        ..ending
    })
}

#[sqlx::test(migrations = "./migrations")]
async fn who_is_locked_by_failures_is_seen_and_who_waits_is_not_looked_at(db: PgPool) {
    let desk = among_others(&db).await;
    let [user, token, waits] = [
        desk.person("user").await,
        desk.person("token").await,
        desk.person("waits").await,
    ];
    desk.token(&user, Kind::Totp).await;
    desk.token(&waits, Kind::Totp).await;
    let locked = desk.token(&token, Kind::Totp).await;
    users::refresh_all(&desk.backend, NOW).await.unwrap();
    let failed = "update user_auth set failures = 100, retry_at = to_timestamp(4000000000)
                  where user_id = $1";
    desk.set(failed, user.id.0).await;
    let failed = "update token_auth set failures = 50, retry_at = to_timestamp(4000000000)
                  where token_id = $1";
    desk.set(failed, locked.token.0).await;
    let failed = "update user_auth set failures = 99, retry_at = to_timestamp(4000000000)
                  where user_id = $1";
    desk.set(failed, waits.id.0).await;
    assert_eq!(run(&desk, NOW, later(300)).await, 2);
    let can = async || {
        let [user, token] = [&user, &token].map(|it| can_sign_in(&desk, it));
        (user.await, token.await, can_sign_in(&desk, &waits).await)
    };
    assert_eq!(can().await, (false, false, true));
    assert_eq!(run(&desk, later(300), later(600)).await, 0);

    let caller = desk.operator(Privilege::TokensUnlock, NOW).await;
    let reason = Reason::parse("She called back").unwrap();
    users::unlock(&desk.backend, &caller, user.id, &reason)
        .await
        .unwrap();
    let (backend, serial) = (&desk.backend, &locked.serial);
    backend::tokens::unlock::unlock(backend, &caller, token.id, serial, &reason)
        .await
        .unwrap();
    assert_eq!(
        can().await,
        (true, true, true),
        "the deed itself has seen it"
    );
    assert_eq!(run(&desk, later(600), later(900)).await, 0);
}

#[sqlx::test(migrations = "./migrations")]
async fn last_use_is_that_of_who_used_a_token_since_the_last_run(db: PgPool) {
    let desk = among_others(&db).await;
    let [anna, ben, carl] = [
        desk.person("anna").await,
        desk.person("ben").await,
        desk.person("carl").await,
    ];
    let [of_anna, of_ben, of_carl] = [
        desk.token(&anna, Kind::Hotp).await,
        desk.token(&ben, Kind::Hotp).await,
        desk.token(&carl, Kind::Hotp).await,
    ];
    users::refresh_all(&desk.backend, NOW).await.unwrap();
    assert!(accepted(
        &desk.verify_at(later(60), "anna", &of_anna.code(0)).await
    ));
    // no trace in the audit: only who looks at everybody sees it
    let used = "update token_auth set last_used_at = to_timestamp(1780000050) where token_id = $1";
    desk.set(used, of_ben.token.0).await;
    assert_eq!(run(&desk, NOW, later(300)).await, 0);
    assert_eq!(last_use(&desk, &anna).await, later(60).seconds());
    assert_eq!(last_use(&desk, &ben).await, 0);

    // begun before that run, and committed after it
    assert!(accepted(
        &desk.verify_at(later(240), "carl", &of_carl.code(0)).await
    ));
    run(&desk, later(300), later(600)).await;
    assert_eq!(last_use(&desk, &carl).await, later(240).seconds());

    let caller = desk.of_role(BuiltInRole::TokenOfficer, None).await;
    let asked = Delete {
        reason: Reason::default(),
        confirmed_last: true,
    };
    let deleted = delete(&desk.backend, &caller, anna.id, &of_anna.serial, &asked).await;
    assert!(matches!(deleted, Ok(Deleted::Done { .. })));
    // before any use
    run(&desk, NOW, later(30)).await;
    assert_eq!(last_use(&desk, &anna).await, 0, "it went with the token");
}

#[sqlx::test(migrations = "./migrations")]
async fn of_many_uses_none_is_overlooked(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, ben) = (desk.person("anna").await, desk.person("ben").await);
    for person in [&anna, &ben] {
        let device = desk.token(person, Kind::Totp).await;
        let used = "update token_auth set last_used_at = to_timestamp(1780000050)
                    where token_id = $1";
        desk.set(used, device.token.0).await;
    }
    // more of one instant than are read at a time, and one by somebody else after them
    let verified =
        "insert into audit (at, actor_kind, actor_name, via, action, user_id, result, trace_id)
         select to_timestamp(1780000050), 'client', 'vpn', 'api', 'token.verify', $1, 'done', $1
         from generate_series(1, 12000)";
    desk.set(verified, anna.id.0).await;
    let verified =
        "insert into audit (at, actor_kind, actor_name, via, action, user_id, result, trace_id)
         values (to_timestamp(1780000050), 'client', 'vpn', 'api', 'token.verify', $1, 'done', $1)";
    desk.set(verified, ben.id.0).await;
    run(&desk, NOW, later(300)).await;
    for person in [&anna, &ben] {
        assert_eq!(last_use(&desk, person).await, 1_780_000_050);
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn the_sample_brings_its_last_uses_for_no_run_would_find_them(db: PgPool) {
    let desk = Desk::new(&db);
    demo::fill(&desk.backend, &command()).await.unwrap();
    let used = "select count(*) from (select user_id, max(last_used_at) as at from token_auth
                                      where last_used_at is not null group by user_id) t
                join last_use l using (user_id, at)";
    let users = "select count(distinct user_id) from token_auth where last_used_at is not null";
    let count = async |sql| -> i64 { sqlx::query_scalar(sql).fetch_one(&db).await.unwrap() };
    assert!(count(users).await > 10);
    assert_eq!(count(used).await, count(users).await);
}
