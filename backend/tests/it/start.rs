//! What a start of the server must never leave behind: a wrong key.

use crate::desk::{NOW, wait_for_a_lock};
use backend::seal::{self, KeyRing, SealError};
use backend::Error;
use sqlx::PgPool;

#[sqlx::test(migrations = "./migrations")]
async fn of_two_first_starts_with_keys_of_their_own_one_stops(db: PgPool) {
    // both have looked and found no canary before either lays one down
    let mut holder = db.begin().await.unwrap();
    sqlx::query("lock table key_canary in share row exclusive mode")
        .execute(&mut *holder)
        .await
        .unwrap();
    let starts = [(); 2].map(|()| {
        let db = db.clone();
        let ring = KeyRing::generate().unwrap();
        tokio::spawn(async move { seal::open(&db, &ring, NOW).await })
    });
    wait_for_a_lock(&db, 2).await;
    holder.rollback().await.unwrap();
    let mut served = 0;
    for start in starts {
        match start.await.unwrap() {
            Ok(()) => served += 1,
            Err(Error::Seal(SealError::WrongKey(id))) => assert_eq!(id, "1"),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(served, 1);
}
