//! The parts of a user's activity that can be asked for.

use crate::desk::{Desk, NOW, Person, STEP};
use backend::users;
use domain::activity::{Events, Part, Period};
use domain::audit::{Deed, Outcome};
use domain::{Kind, Privilege, Timestamp};
use sqlx::PgPool;
use std::time::Duration;

type Row = (Option<Deed>, Outcome, String);

const DAY: Duration = Duration::from_secs(86_400);

async fn shown(desk: &Desk, of: &Person, now: Timestamp, part: &Part) -> Vec<Row> {
    let viewer = desk.operator(Privilege::UsersView, now).await;
    let activity = users::activity(&desk.backend, &viewer, of.id, part).await;
    let entries = activity.unwrap().entries.into_iter();
    entries
        .map(|entry| (entry.deed, entry.outcome, entry.serial))
        .collect()
}

#[sqlx::test(migrations = "./migrations")]
async fn a_part_of_the_activity_holds_all_of_its_rows_and_no_other(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let (one, other) = (
        desk.token(&anna, Kind::Totp).await,
        desk.token(&anna, Kind::Hotp).await,
    );
    let _right = desk.verify("anna", &one.code(STEP)).await;
    let _wrong = desk.test(&anna, &other, &other.wrong(0)).await;
    let _worked = desk.test(&anna, &other, &other.code(0)).await;
    let (first, second) = (one.serial.to_string(), other.serial.to_string());
    let verified = (Some(Deed::Verify), Outcome::Done, first);
    let failed = (Some(Deed::TestToken), Outcome::Failed, second.clone());
    let tested = (Some(Deed::TestToken), Outcome::Done, second);
    let all = shown(&desk, &anna, NOW, &Part::default()).await;
    assert_eq!(all.len(), 3);

    let of = |events| Part {
        events,
        ..Part::default()
    };
    let failures = shown(&desk, &anna, NOW, &of(Events::Failures)).await;
    assert_eq!(failures, std::slice::from_ref(&failed));
    let deeds = shown(&desk, &anna, NOW, &of(Events::Deeds)).await;
    assert_eq!(deeds.len(), 2);
    assert!(deeds.contains(&failed) && deeds.contains(&tested));

    let of_one = Part {
        token: Some(one.serial.clone()),
        ..Part::default()
    };
    assert_eq!(shown(&desk, &anna, NOW, &of_one).await, [verified]);
    let deeds_of_one = Part {
        events: Events::Deeds,
        ..of_one
    };
    assert!(shown(&desk, &anna, NOW, &deeds_of_one).await.is_empty());
}

#[sqlx::test(migrations = "./migrations")]
async fn a_period_of_the_activity_ends_on_its_day(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let _wrong = desk.verify("anna", &device.wrong(0)).await;
    for (period, days) in [
        (Period::Week, 7),
        (Period::Month, 30),
        (Period::Quarter, 90),
    ] {
        for events in [Events::All, Events::Failures] {
            let part = Part {
                period,
                events,
                ..Part::default()
            };
            let last = NOW.after(DAY * days);
            assert_eq!(shown(&desk, &anna, last, &part).await.len(), 1, "{part:?}");
            let later = last.after(Duration::from_secs(1));
            assert!(
                shown(&desk, &anna, later, &part).await.is_empty(),
                "{part:?}"
            );
        }
    }
}
