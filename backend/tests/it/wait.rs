//! Races that are to be seen, and not left to luck: who holds a row, and until somebody waits for it.

use crate::desk::Person;
use sqlx::{PgPool, Postgres, Transaction};
use std::time::Duration;

/// Waits until so many of this database's connections wait for a lock.
pub async fn wait_for_a_lock(db: &PgPool, connections: i64) {
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
    let all = async {
        while sqlx::query_scalar::<_, i64>(waiting)
            .fetch_one(db)
            .await
            .unwrap()
            < connections
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let soon = tokio::time::timeout(Duration::from_secs(10), all);
    soon.await.expect("nobody waits");
}

/// Waits until a batch of checks has come to write, for a user whose row somebody holds: it has given up for the
/// moment.
pub async fn wait_for_a_held_check(db: &PgPool) {
    let held = "select count(*) from pg_stat_activity where datname = current_database()
                and application_name = 'tokendesk checks' and state = 'idle'
                and query like 'select settle_checks%'";
    let one = async {
        while sqlx::query_scalar::<_, i64>(held)
            .fetch_one(db)
            .await
            .unwrap()
            < 1
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let soon = tokio::time::timeout(Duration::from_secs(10), one);
    soon.await.expect("no check finds the row held");
}

/// Waits until no connection is left but this one: what the others have counted is handed in when they end at
/// the latest.
pub async fn ended(only: &PgPool) {
    let others = "select count(*) from pg_stat_activity where datname = current_database()
                  and backend_type = 'client backend' and pid <> pg_backend_pid()";
    let ended = async {
        while sqlx::query_scalar::<_, i64>(others)
            .fetch_one(only)
            .await
            .unwrap()
            > 0
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let soon = tokio::time::timeout(Duration::from_secs(10), ended);
    soon.await.expect("a connection stays");
}

/// Holds the user's row, until it is ended.
pub async fn hold(db: &PgPool, person: &Person) -> Transaction<'static, Postgres> {
    let mut holder = db.begin().await.unwrap();
    sqlx::query("select from user_auth where user_id = $1 for update")
        .bind(person.id.0)
        .execute(&mut *holder)
        .await
        .unwrap();
    holder
}
