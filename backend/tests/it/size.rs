//! The lists at size: what the database reads for each. It counts that itself, of the very statements that
//! ran with the values that they ran with: tables that were read from end to end, and rows that were looked
//! at on the way, for a walk through a whole index is no better.

mod job;
mod lists;
mod many;
mod one;
mod pages;
mod rests;

use crate::users::words;
use backend::users::Query;
use domain::listing::{Column, Order, Show};
use lists::{ANNEX, CLINIC, Lists, Look, user};
use one::of_one;
use sqlx::PgPool;

/// A user far from either end of every order.
fn from_the_middle() -> Option<String> {
    Some(format!("after-{}", user(11_111).0.simple()))
}

fn orders() -> Vec<(String, Look)> {
    let mut lists = Vec::new();
    for column in Column::ALL {
        for descending in [false, true] {
            let order = Order { column, descending };
            for (from, cursor) in [("the beginning", None), ("the middle", from_the_middle())] {
                let query = Query {
                    order,
                    cursor,
                    ..Query::default()
                };
                lists.push((format!("by {order} from {from}"), Look::Users(query)));
            }
        }
    }
    lists
}

fn filters() -> Vec<(String, Look)> {
    let mut lists = Vec::new();
    for show in Show::ALL {
        for realm in [None, Some(CLINIC), Some(ANNEX)] {
            for column in Column::ALL {
                let order = Order {
                    column,
                    descending: false,
                };
                let query = Query {
                    show,
                    realm,
                    order,
                    ..Query::default()
                };
                lists.push((
                    format!("{show:?} of {realm:?} by {order}"),
                    Look::Users(query),
                ));
            }
        }
    }
    lists
}

/// Names, parts of names that stand at one place of the alphabet, what everybody has and nobody has.
const TYPED: [&str; 14] = [
    "keller",
    "zimmermann",
    "mermann",
    "anna keller",
    "j.keller",
    "k",
    "ke",
    "an ke",
    "totp-",
    "0041 79",
    "079 123",
    "hotp-5",
    "mann er",
    "m.meier2",
];

fn searches() -> Vec<(String, Look)> {
    let mut lists = Vec::new();
    for typed in TYPED {
        for column in [Column::Name, Column::Username] {
            let order = Order {
                column,
                descending: false,
            };
            let query = Query {
                order,
                ..words(typed)
            };
            lists.push((format!("{typed:?} by {order}"), Look::Users(query)));
        }
    }
    lists
}

#[sqlx::test(migrations = "./migrations")]
async fn no_list_reads_a_table_whole(db: PgPool) {
    let lists = Lists::new(&db).await;
    let mut complaints = String::new();
    let all = [orders(), filters(), searches(), of_one()];
    for (name, look) in all.iter().flatten() {
        complaints += &lists.complaint(name, look).await;
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

async fn run(db: &PgPool, sql: &str) {
    let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
    sql.execute(db).await.unwrap();
}
