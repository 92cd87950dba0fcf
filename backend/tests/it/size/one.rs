//! What is shown of one user.

use super::lists::{Lists, Look, TOKEN};
use crate::operator;
use domain::Serial;
use domain::activity::{Events, Part};
use sqlx::PgPool;

pub fn of_one() -> Vec<(String, Look)> {
    let serial = || Serial::parse(TOKEN).unwrap();
    let never = Serial::parse("TOTP-22222222").unwrap();
    let looks = [
        ("overview", Look::Overview),
        ("activity", Look::Activity(Part::default())),
        (
            "older activity",
            Look::Activity(Part {
                before: Some((operator::NOW, 50_000)),
                ..Part::default()
            }),
        ),
        ("activity, failures", Look::Failures),
        (
            "activity, deeds",
            Look::Activity(Part {
                events: Events::Deeds,
                ..Part::default()
            }),
        ),
        ("tokens", Look::Tokens),
        ("token", Look::Token(serial())),
        ("token that is gone", Look::Gone(never)),
        ("account", Look::Account),
        ("session", Look::Session),
    ];
    looks.map(|(name, look)| (name.to_owned(), look)).into()
}

/// So often that PostgreSQL keeps one plan for all users, most of whom have few rows.
const OFTEN: usize = 8;

#[sqlx::test(migrations = "./migrations")]
async fn what_is_shown_of_one_user_reads_little_by_a_plan_for_any_user(db: PgPool) {
    let lists = Lists::new(&db).await;
    let mut complaints = String::new();
    for (name, look) in of_one() {
        for _ in 0..OFTEN {
            lists.look(&look).await;
        }
        complaints += &lists.complaint(&name, &look).await;
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}
