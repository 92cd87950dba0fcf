//! The indexes that lists rest on.

use super::lists::{Lists, Look, TOKEN};
use super::run;
use crate::users::words;
use backend::users::Query;
use domain::Serial;
use domain::activity::Part;
use domain::listing::{Column, Order, Show};
use sqlx::PgPool;

/// An index, and a list that rests on it.
fn rests() -> Vec<(&'static str, Look)> {
    let by = |column| Query {
        order: Order {
            column,
            descending: false,
        },
        ..Query::default()
    };
    let shown = |show| Query {
        show,
        ..Query::default()
    };
    vec![
        ("app_user_sort_name_idx", Look::Users(by(Column::Name))),
        (
            "user_auth_username_key_idx",
            Look::Users(by(Column::Username)),
        ),
        (
            "app_user_department_idx",
            Look::Users(by(Column::Department)),
        ),
        ("last_use_at_idx", Look::Users(by(Column::LastUsed))),
        (
            "app_user_cannot_sign_in_idx",
            Look::Users(shown(Show::CannotSignIn)),
        ),
        (
            "app_user_token_types_idx",
            Look::Users(shown(Show::Obsolete)),
        ),
        (
            "user_auth_halted_idx",
            Look::Users(shown(Show::WaitingOrLocked)),
        ),
        (
            "token_auth_halted_idx",
            Look::Users(shown(Show::WaitingOrLocked)),
        ),
        ("app_user_search_idx", Look::Users(words("mermann"))),
        ("app_user_inside_idx", Look::Users(words("keller"))),
        ("app_user_phones_idx", Look::Users(words("079 123"))),
        ("token_user_id_idx", Look::Tokens),
        ("session_operator_id_idx", Look::Account),
        (
            "audit_deeds_idx",
            Look::Token(Serial::parse(TOKEN).unwrap()),
        ),
        ("audit_failures_idx", Look::Failures),
        // the last one: of a partitioned index not all is said by its definition
        ("audit_user_id_at_idx", Look::Activity(Part::default())),
    ]
}

#[sqlx::test(migrations = "./migrations")]
async fn without_its_index_a_list_would_read_a_table_whole(db: PgPool) {
    let lists = Lists::new(&db).await;
    // the one that hands in what it has counted: an index that is made reads its table from end to end
    let db = &lists.desk.backend.db;
    for (index, look) in rests() {
        assert_eq!(lists.complaint(index, &look).await, "");
        let made = sqlx::query_scalar("select pg_get_indexdef($1::regclass)").bind(index);
        let made: String = made.fetch_one(db).await.unwrap();
        run(db, &format!("drop index {index}")).await;
        assert_ne!(
            lists.complaint(index, &look).await,
            "",
            "nothing rests on {index}: {look:?}"
        );
        run(db, &made).await;
    }
}
