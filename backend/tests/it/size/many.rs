//! Lists of which many users are the answer: not all of them are read.

use super::lists::{Lists, Look};
use super::run;
use crate::users::words;
use backend::users::Query;
use domain::listing::{Column, Order, Show};
use sqlx::PgPool;
use std::time::Duration;

/// Names that begin so stand together.
#[sqlx::test(migrations = "./migrations")]
async fn what_begins_names_is_not_gathered(db: PgPool) {
    let lists = Lists::new(&db).await;
    let mut complaints = String::new();
    // in all, some 3,700 names begin with the first
    for (typed, column) in [("ke", Column::Name), ("ri", Column::Realm)] {
        let order = Order {
            column,
            descending: false,
        };
        let look = Look::Users(Query {
            order,
            ..words(typed)
        });
        complaints += &lists.complaint_above(1_500, typed, &look).await;
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// Who bears a family name stands together, and their usernames hold it too: only who has it elsewhere is
/// gathered, and what is looked at does not grow with how many bear it. Besides a glance and the count.
#[sqlx::test(migrations = "./migrations")]
async fn who_bears_a_common_family_name_is_not_gathered(db: PgPool) {
    let lists = Lists::new(&db).await;
    // some 1,250 bear either name
    let mut complaints = String::new();
    for typed in ["zimmermann", "kell"] {
        let look = Look::Users(words(typed));
        complaints += &lists.complaint_above(2_300, typed, &look).await;
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// Of a word that is everywhere the trigram index gives everybody, also where the count ends at a thousand.
#[sqlx::test(migrations = "./migrations")]
async fn what_everybody_has_is_told_by_the_first(db: PgPool) {
    let lists = Lists::new(&db).await;
    let look = Look::Users(words("totp"));
    let complaint = lists.complaint_above(6_500, "totp", &look).await;
    assert!(complaint.is_empty(), "\n{complaint}");
}

/// Vacuums until every page of the users is known to be seen by all: somebody who has just looked at this database
/// (an autoanalyze, say) keeps pages back.
async fn all_visible(db: &PgPool) {
    let seen = "select relallvisible >= relpages from pg_class where oid = 'app_user'::regclass";
    let all = async {
        loop {
            run(db, "vacuum analyze app_user").await;
            let seen = sqlx::query_scalar::<_, bool>(seen).fetch_one(db).await;
            if seen.unwrap() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let soon = tokio::time::timeout(Duration::from_secs(20), all);
    soon.await.expect("pages are kept back");
}

/// The index of those who cannot sign in tells how many they are, without a look at any user.
#[sqlx::test(migrations = "./migrations")]
async fn who_cannot_sign_in_is_counted_by_the_index(db: PgPool) {
    let lists = Lists::new(&db).await;
    run(
        &db,
        "update app_user set can_sign_in = (hashint8(version + ascii(right(username, 1))) & 1) = 0",
    )
    .await;
    all_visible(&db).await;
    let look = Look::Users(Query {
        show: Show::CannotSignIn,
        ..Query::default()
    });
    let before = lists.fetched().await;
    assert!(lists.look(&look).await > 0);
    let fetched = lists.fetched().await - before;
    assert!(fetched < 400, "{fetched} rows of app_user");
}

#[sqlx::test(migrations = "./migrations")]
async fn many_holders_of_obsolete_tokens_are_not_gone_through(db: PgPool) {
    let lists = Lists::new(&db).await;
    // of a quarter of all users
    for held in [
        "update app_user set token_types = '{00000000-0000-7000-8000-000000000023}'
         where substr(id::text, 36) < '4'",
        "update token_auth set type_id = '00000000-0000-7000-8000-000000000023'
         where substr(user_id::text, 36) < '4'",
        "vacuum analyze app_user, token_auth",
    ] {
        run(&db, held).await;
    }
    let look = Look::Users(Query {
        show: Show::Obsolete,
        ..Query::default()
    });
    let complaint = lists.complaint_above(4_500, "obsolete", &look).await;
    assert!(complaint.is_empty(), "\n{complaint}");
}
