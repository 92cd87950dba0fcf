//! The lists at size: what the database reads for each. It counts that itself, of the very statements that
//! ran with the values that they ran with: tables that were read from end to end, and rows that were looked
//! at on the way, for a walk through a whole index is no better.

mod job;

use crate::desk::Desk;
use crate::operator::{self, Works};
use crate::users::words;
use backend::tokens::{self, Found};
use backend::users::{self, Query};
use backend::{Actor, Caller, account, sessions};
use domain::activity::{Events, Part};
use domain::listing::{Column, Order, Show};
use domain::{BuiltInRole, RealmId, Serial, UserId};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use uuid::Uuid;

/// Of any table; the load has 20,000 users and more of the rest.
const ROWS: i64 = 10_000;

/// The user whom somebody guesses at.
const GUESSED_AT: u128 = 4;
/// The user who signs in all day, and failed a few times before.
const BUSY: u128 = 5;
const TOKEN: &str = "HOTP-C6EF362Y";
const CLINIC: RealmId = RealmId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_000a));
const ANNEX: RealmId = RealmId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_000b));

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_0000 + n,
    ))
}

/// Something to look at.
#[derive(Debug)]
enum Look {
    Users(Query),
    Overview,
    Activity(Part),
    Failures,
    Tokens,
    Token(Serial),
    Gone(Serial),
    Account,
    Session,
}

struct Lists {
    desk: Desk,
    officer: Caller,
    owner: Caller,
    cookie: String,
}

impl Lists {
    async fn new(db: &PgPool) -> Self {
        let works = Works::new(db).await;
        let load = include_str!("size/load.sql");
        let mut connection = db.acquire().await.unwrap();
        sqlx::raw_sql(load).execute(&mut *connection).await.unwrap();
        // what it counted is handed in when it closes, and not in the middle of a list
        connection.close().await.unwrap();
        // one connection, which can be told to hand in what it has counted
        let one = PgPoolOptions::new().max_connections(1);
        let one = one.connect_with((*db.connect_options()).clone()).await;
        let desk = Desk::new(&one.unwrap());
        let mut officer = desk.of_role(BuiltInRole::TokenOfficer, None).await;
        if let Actor::Operator { grants, .. } = &mut officer.actor {
            grants[0].realms.extend([CLINIC, ANNEX]);
        }
        let actor = sessions::actor(&desk.backend, &works.cookie, operator::NOW);
        let owner = Caller {
            actor: actor.await.unwrap(),
            ..operator::nobody(operator::NOW)
        };
        Self {
            desk,
            officer,
            owner,
            cookie: works.cookie,
        }
    }

    /// The rows that the list shows.
    async fn look(&self, at: &Look) -> usize {
        let (backend, officer, user) = (&self.desk.backend, &self.officer, user(GUESSED_AT));
        match at {
            Look::Users(query) => {
                let list = users::list(backend, officer, query).await.unwrap();
                list.page.rows.len()
            }
            Look::Overview => {
                let it = users::overview(backend, officer, user).await.unwrap();
                it.recent.len()
            }
            Look::Activity(part) => {
                let it = users::activity(backend, officer, user, part).await;
                it.unwrap().entries.len()
            }
            Look::Failures => {
                let part = Part {
                    events: Events::Failures,
                    ..Part::default()
                };
                let user = self::user(BUSY);
                let it = users::activity(backend, officer, user, &part).await;
                it.unwrap().entries.len()
            }
            Look::Tokens => {
                let it = tokens::tab(backend, officer, user).await.unwrap();
                it.tokens.len()
            }
            Look::Token(serial) => match tokens::find(backend, officer, user, serial).await {
                Ok(Found::Here(it)) => it.history.len(),
                _ => panic!("{serial:?} is not there"),
            },
            Look::Gone(serial) => {
                let it = tokens::find(backend, officer, user, serial).await;
                assert!(it.is_err());
                1
            }
            Look::Account => account::look(backend, &self.owner)
                .await
                .unwrap()
                .sessions
                .len(),
            Look::Session => {
                let actor = sessions::actor(backend, &self.cookie, operator::NOW).await;
                usize::from(actor.is_ok())
            }
        }
    }

    /// Of each large table, the rows that were looked at: from end to end, and in all.
    async fn counted(&self) -> BTreeMap<String, (i64, i64)> {
        let hand_in = sqlx::query("select pg_stat_force_next_flush()");
        hand_in.execute(&self.desk.backend.db).await.unwrap();
        // the audit's months are one table
        let tables = sqlx::query_as::<_, (String, i64, i64)>(
            "select case when relname like 'audit%' then 'audit' else relname::text end as name,
                 sum(seq_tup_read)::bigint,
                 sum(seq_tup_read + coalesce((select sum(i.idx_tup_read) from pg_stat_user_indexes i
                                              where i.relid = t.relid), 0))::bigint
             from pg_stat_user_tables t
             where relname ~ '^(app_user|user_auth|last_use|contact|token|token_auth|audit.*|operator|session)$'
             group by name",
        );
        let tables = tables.fetch_all(&self.desk.backend.db).await.unwrap();
        tables
            .into_iter()
            .map(|(name, whole, rows)| (name, (whole, rows)))
            .collect()
    }

    /// What is wrong with how a list is read; empty when nothing is.
    async fn complaint(&self, name: &str, at: &Look) -> String {
        self.complaint_above(ROWS, name, at).await
    }

    async fn complaint_above(&self, most: i64, name: &str, at: &Look) -> String {
        let before = self.counted().await;
        let shown = self.look(at).await;
        let mut complaint = String::new();
        for (table, (whole, rows)) in self.counted().await {
            let (whole, rows) = (whole - before[&table].0, rows - before[&table].1);
            if whole > 0 || rows > most {
                let _ = writeln!(
                    complaint,
                    "{name}: {rows} rows of {table}, {whole} of them from end to end"
                );
            }
        }
        if shown == 0 {
            let _ = writeln!(complaint, "{name}: nothing is shown");
        }
        complaint
    }
}

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

fn of_one() -> Vec<(String, Look)> {
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

/// A family name that some hundredths have stands at one place of the alphabet: not many users are tried
/// before those are gathered, and they are not counted before.
#[sqlx::test(migrations = "./migrations")]
async fn a_common_family_name_is_gathered_once(db: PgPool) {
    let lists = Lists::new(&db).await;
    // none of the first who were made has it: it is as rare among them as among all of a larger desk
    let rename = "update app_user set sort_name = replace(sort_name, 'mm', 'm'), search = replace(search, 'mm', 'm')
         where id < '01900000-0000-7000-8000-000000000800'";
    run(&db, rename).await;
    run(&db, "vacuum analyze app_user").await;
    let look = Look::Users(words("zimmermann"));
    let complaint = lists.complaint_above(4_000, "zimmermann", &look).await;
    assert!(complaint.is_empty(), "\n{complaint}");
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
        ("app_user_search_idx", Look::Users(words("keller"))),
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

async fn run(db: &PgPool, sql: &str) {
    let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
    sql.execute(db).await.unwrap();
}
