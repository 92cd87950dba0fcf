//! Pages of many users, held against a plain sort.

use super::lists::{Lists, user};
use super::run;
use crate::users::words;
use backend::users::{self, Query};
use domain::RealmId;
use domain::listing::{Column, Order};
use sqlx::PgPool;
use uuid::Uuid;

/// What a list shows of many, told by a plain sort of all of them.
const SORTED: [(Column, &str); 5] = [
    (Column::Name, "u.sort_name, u.id"),
    (Column::Username, "a.username_key, u.id"),
    (
        Column::Department,
        "lower(u.department) collate \"C\", u.sort_name, u.id",
    ),
    (
        Column::Realm,
        "lower(r.display_name) collate \"C\", r.id, u.sort_name, u.id",
    ),
    (Column::LastUsed, "l.at, u.id"),
];

/// Users who have `keller` elsewhere than at the beginning of their family name: where a cut of their own name
/// hides it, and where none does. Given name, family name, username.
const ELSEWHERE: [[&str; 3]; 12] = [
    ["Keller", "Aab", "aab1"],
    ["Kim", "Obkeller", "k.obkeller2"],
    ["Kim", "Ab Keller", "k.ab3"],
    ["Kurt", "Ellermann", "kellermann4"],
    ["Kurt", "Eller", "x.keller5"],
    ["Kurt", "Eller", "kurt.eller6"],
    ["", "Kel", "x.keller7"],
    ["Kurt", "Kel", "keller8"],
    ["Kurt", "Kelle", "kkeller9"],
    ["", "", "yy.keller10"],
    ["", "", "ler.keller11"],
    ["Lerkeller", "", "ll12"],
];

/// Everybody; a name at one place of the alphabet; a common one; what begins one.
const FOUND: [(&str, &str); 4] = [
    ("", "true"),
    ("keller", "u.search like '%keller%'"),
    ("totp", "u.search like '%totp%'"),
    ("k", "(u.sort_name like 'k%' or a.username_key like 'k%')"),
];

#[sqlx::test(migrations = "./migrations")]
async fn pages_of_many_are_cut_from_the_whole_order(db: PgPool) {
    let lists = Lists::new(&db).await;
    elsewhere(&db).await;
    for (typed, condition) in FOUND {
        for (column, keys) in SORTED {
            let sorted = format!(
                "select u.id from app_user u join user_auth a on a.user_id = u.id
                     join realm r on r.id = u.realm_id join last_use l on l.user_id = u.id
                 where {condition} and u.realm_id <> $1 order by {keys}"
            );
            let sorted = sqlx::query_scalar(sqlx::AssertSqlSafe(sorted));
            let sorted = sorted.bind(RealmId::OPERATORS.0).fetch_all(&db).await;
            let mut sorted: Vec<Uuid> = sorted.unwrap();
            assert!(sorted.len() > 1_000, "{typed:?}");
            for descending in [false, true] {
                let order = Order { column, descending };
                lists
                    .cut_from(
                        &sorted,
                        &Query {
                            order,
                            ..words(typed)
                        },
                    )
                    .await;
                sorted.reverse();
            }
        }
    }
}

/// Renames some users so.
async fn elsewhere(db: &PgPool) {
    for (n, [given, family, username]) in ELSEWHERE.into_iter().enumerate() {
        let sort_name = match format!("{family} {given}").trim() {
            "" => username.to_owned(),
            name => name.to_lowercase(),
        };
        let search = format!("{given}\n{family}\n{username}\ntotp").to_lowercase();
        let rename = format!(
            "with u as (update app_user set given_name = '{given}', family_name = '{family}', username = '{username}',
                 sort_name = '{sort_name}', search = '{search}' where id = '{}' returning id)
             update user_auth a set username_key = '{username}' from u where a.user_id = u.id",
            user(100 + 7 * n as u128).0,
        );
        run(db, &rename).await;
    }
}

impl Lists {
    /// Looks at the first pages, at pages from the middle on where realms meet, and back.
    async fn cut_from(&self, sorted: &[Uuid], query: &Query) {
        let len = sorted.len();
        let clinic = len * 9 / 10;
        for at in [0, 50, len / 2, len / 10 - 20, clinic - 20, len - 30] {
            let cursor = (at > 0).then(|| format!("after-{}", sorted[at - 1].simple()));
            let there = Query {
                cursor,
                ..query.clone()
            };
            let end = (at + 50).min(len);
            let shown = self.shown(&there).await;
            assert_eq!(shown, sorted[at..end], "{there:?}");
            let cursor = Some(format!("before-{}", sorted[end - 1].simple()));
            let back = Query {
                cursor,
                ..query.clone()
            };
            let begin = (end - 1).saturating_sub(50);
            assert_eq!(self.shown(&back).await, sorted[begin..end - 1], "{back:?}");
        }
    }

    async fn shown(&self, query: &Query) -> Vec<Uuid> {
        let list = users::list(&self.desk.backend, &self.officer, query).await;
        let rows = list.unwrap().page.rows.into_iter();
        rows.map(|row| row.id.0).collect()
    }
}
