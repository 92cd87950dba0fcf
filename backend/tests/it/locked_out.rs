//! Who ends a type keeps a way in.

use crate::desk::{Desk, NOW};
use crate::token_types::{HOTP, administrator, ends, row, save};
use backend::token_types::{Edited, edit};
use backend::{Actor, Error};
use domain::type_settings::{BadSettings, Ending, TypeRow};
use domain::{Kind, Timestamp, UserId};
use sqlx::PgPool;
use std::time::Duration;

/// Ends a type as an administrator whose own tokens are Anna's.
async fn end_own(desk: &Desk, anna: UserId, ending: Option<Ending>) -> backend::Result<Edited> {
    let mut caller = administrator(desk).await;
    if let Actor::Operator { id, .. } = &mut caller.actor {
        *id = anna;
    }
    let TypeRow {
        mut settings,
        version,
        ..
    } = row(desk, HOTP).await;
    settings.obsolete = ending;
    edit(&desk.backend, &caller, HOTP, version, &settings).await
}

fn day(days: u64) -> Timestamp {
    NOW.after(Duration::from_secs(days * 86_400))
}

#[sqlx::test(migrations = "./migrations")]
async fn nobody_locks_the_own_door_neither_now_nor_on_a_later_day(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    desk.token(&anna, Kind::Hotp).await;
    let tomorrow = |grace_until| Ending {
        since: day(1),
        grace_until,
        follows: None,
    };
    for ending in [
        ends(None, None),
        ends(Some(90), None),
        Some(tomorrow(None)),
        Some(tomorrow(Some(day(90)))),
    ] {
        let shut = end_own(&desk, anna.id, ending).await;
        assert!(
            matches!(shut, Err(Error::BadSettings(BadSettings::LocksOut))),
            "{ending:?}: {shut:?}"
        );
    }
    assert_eq!(row(&desk, HOTP).await.settings.obsolete, None);

    // an app of another type keeps the door open, as long as it works
    let app = desk.token(&anna, Kind::Totp).await.token.0;
    let expires = "update token_auth set expires_at = to_timestamp(1780000010 + 50 * 86400)
                   where token_id = $1";
    desk.set(expires, app).await;
    let shut = end_own(&desk, anna.id, ends(Some(90), None)).await;
    assert!(shut.is_err(), "from the fiftieth day on: {shut:?}");
    desk.set(
        "update token_auth set expires_at = null where token_id = $1",
        app,
    )
    .await;
    let saved = end_own(&desk, anna.id, Some(tomorrow(None))).await;
    assert_eq!(saved.unwrap(), Edited::Saved);
}

#[sqlx::test(migrations = "./migrations")]
async fn whoever_was_locked_out_by_another_may_name_a_later_day(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    desk.token(&anna, Kind::Hotp).await;
    let another = save(&desk, HOTP, |settings| {
        settings.obsolete = ends(Some(10), None)
    });
    assert_eq!(another.await.unwrap(), Edited::Saved);
    let later = end_own(&desk, anna.id, ends(Some(100), None)).await;
    assert_eq!(later.unwrap(), Edited::Saved);
    let sooner = end_own(&desk, anna.id, ends(Some(99), None)).await;
    assert!(matches!(
        sooner,
        Err(Error::BadSettings(BadSettings::LocksOut))
    ));
    let never = end_own(&desk, anna.id, None).await;
    assert_eq!(never.unwrap(), Edited::Saved);
}
