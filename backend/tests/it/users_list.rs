//! The list of users: its filters, and its orders over pages that leave nobody out.

use crate::desk::{Desk, NOW};
use crate::users::{find, make, operator, usernames};
use backend::users::{self, Query};
use domain::listing::{Column, Order, Show};
use domain::{Kind, Privilege, RealmId, UserId};
use sqlx::PgPool;
use std::collections::BTreeSet;

async fn run(db: &PgPool, sql: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(db)
        .await
        .unwrap();
}

fn shown(show: Show) -> Query {
    Query {
        show,
        ..Query::default()
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn who_waits_or_is_locked_stands_in_one_view_whether_user_or_token(db: PgPool) {
    let desk = Desk::new(&db);
    let realm = RealmId(desk.realm_id().await);
    for name in [
        "calm",
        "user-locked",
        "user-waits",
        "waited",
        "token-locked",
        "token-waits",
    ] {
        let person = desk.person(name).await;
        desk.token(&person, Kind::Hotp).await;
    }
    let until = |seconds: i64| format!("to_timestamp({})", NOW.seconds() + seconds);
    let of = |name: &str| format!("user_id = (select id from app_user where username = '{name}')");
    for (table, what, name) in [
        ("user_auth", "failures = 100".to_owned(), "user-locked"),
        (
            "user_auth",
            format!("failures = 12, retry_at = {}", until(60)),
            "user-waits",
        ),
        (
            "user_auth",
            format!("failures = 12, retry_at = {}", until(0)),
            "waited",
        ),
        ("token_auth", "failures = 50".to_owned(), "token-locked"),
        (
            "token_auth",
            format!("failures = 6, retry_at = {}", until(60)),
            "token-waits",
        ),
    ] {
        run(
            &db,
            &format!("update {table} set {what} where {}", of(name)),
        )
        .await;
    }
    let caller = operator(&[Privilege::UsersView], realm);
    let list = find(&desk, &caller, shown(Show::WaitingOrLocked)).await;
    let expected = ["token-locked", "token-waits", "user-locked", "user-waits"];
    assert_eq!(usernames(&list), expected);
    assert_eq!(list.page.count, domain::page::Count::Exactly(4));
}

#[sqlx::test(migrations = "./migrations")]
async fn the_view_of_obsolete_tokens_agrees_with_their_status(db: PgPool) {
    let desk = Desk::new(&db);
    let realm = RealmId(desk.realm_id().await);
    for (name, kind) in [
        ("active", Kind::Totp),
        ("obsolete", Kind::Hotp),
        ("disabled", Kind::Hotp),
    ] {
        let person = desk.person(name).await;
        desk.token(&person, kind).await;
    }
    desk.person("without").await;
    users::refresh_all(&desk.backend, NOW).await.unwrap();
    let caller = operator(&[Privilege::UsersView, Privilege::TokensView], realm);
    assert!(
        find(&desk, &caller, shown(Show::Obsolete))
            .await
            .page
            .rows
            .is_empty()
    );

    let at = NOW.seconds();
    run(
        &db,
        &format!("update token_type set obsolete_since = to_timestamp({at}) where kind = 'hotp'"),
    )
    .await;
    // who holds one is known already: nothing is written for each user
    let list = find(&desk, &caller, shown(Show::Obsolete)).await;
    assert_eq!(usernames(&list), ["disabled", "obsolete"]);
    let disabled = "user_id = (select id from app_user where username = 'disabled')";
    run(
        &db,
        &format!("update token_auth set disabled_at = to_timestamp({at}) where {disabled}"),
    )
    .await;
    users::refresh_all(&desk.backend, NOW).await.unwrap();
    let list = find(&desk, &caller, shown(Show::Obsolete)).await;
    assert_eq!(usernames(&list), ["obsolete"]);
    let chips = list.page.rows[0].tokens.as_ref().unwrap();
    assert_eq!(chips[0].mark, Some(domain::people::Mark::Obsolete));
}

#[sqlx::test(migrations = "./migrations")]
async fn every_order_leads_through_all_pages_and_back(db: PgPool) {
    let desk = Desk::new(&db);
    let realm = RealmId(desk.realm_id().await);
    for n in 0..120 {
        let family_name = format!("Name {}", n % 7);
        make(
            &desk,
            realm,
            ["", &family_name, &format!("User{}", 119 - n)],
            "",
        )
        .await;
    }
    // most have no department and were never used, so that the order rests on what follows
    run(
        &db,
        "update app_user set department = 'b' where username like '%3'",
    )
    .await;
    run(
        &db,
        "update app_user set department = 'C' where username like '%4'",
    )
    .await;
    let sara = find(
        &desk,
        &operator(&[Privilege::UsersView], realm),
        Query::default(),
    )
    .await;
    let (first, last) = (&sara.page.rows[0], &sara.page.rows[49]);
    for (row, ago) in [(first, 10), (last, 20)] {
        let person = crate::desk::Person {
            id: row.id,
            username: row.username.clone(),
        };
        desk.token(&person, Kind::Hotp).await;
        let used = format!(
            "update token_auth set last_used_at = to_timestamp({})",
            NOW.seconds() - ago
        );
        run(&db, &format!("{used} where user_id = '{}'", row.id)).await;
    }
    let caller = operator(&[Privilege::UsersView], realm);
    for column in Column::ALL {
        let mut ways = Vec::new();
        for descending in [false, true] {
            let order = Order { column, descending };
            ways.push(walk(&desk, &caller, order).await);
        }
        let (there, mut back) = (ways.remove(0), ways.remove(0));
        back.reverse();
        assert_eq!(
            there, back,
            "{column:?}: descending is ascending from its end"
        );
        match column {
            Column::Username => assert_eq!(there[0].1, "User0"),
            Column::Department => assert_eq!(there[119].2, "C"),
            Column::LastUsed => assert_eq!(
                [&there[118].1, &there[119].1],
                [&last.username, &first.username]
            ),
            Column::Name | Column::Realm => assert_eq!(there[0].0, first.id),
        }
    }
}

/// All rows of an order, page by page; each page is seen again on the way back.
async fn walk(
    desk: &Desk,
    caller: &backend::Caller,
    order: Order,
) -> Vec<(UserId, String, String)> {
    let mut query = Query {
        order,
        ..Query::default()
    };
    let (mut pages, mut rows) = (Vec::new(), Vec::new());
    loop {
        let page = find(desk, caller, query.clone()).await.page;
        query.cursor = page.next.clone();
        pages.push(page);
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(
        pages.iter().map(|page| page.rows.len()).collect::<Vec<_>>(),
        [50, 50, 20],
        "{order}"
    );
    for n in [1, 0] {
        query.cursor = pages[n + 1].previous.clone();
        assert_eq!(
            find(desk, caller, query.clone()).await.page.rows,
            pages[n].rows,
            "{order}"
        );
    }
    for page in pages {
        rows.extend(
            page.rows
                .into_iter()
                .map(|row| (row.id, row.username, row.department)),
        );
    }
    assert_eq!(
        rows.iter().map(|row| row.0).collect::<BTreeSet<_>>().len(),
        120,
        "{order}"
    );
    rows
}
