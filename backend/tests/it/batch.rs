//! Many questions in one transaction: each is decided as if it came alone, and none suffers by another's.

use crate::desk::{Desk, NOW, STEP, accepted, refused, request};
use backend::Error;
use backend::check::Checked;
use domain::Kind;
use domain::check::Refusal;
use sqlx::PgPool;

/// In how many transactions the audit's rows of checks were written.
pub async fn transactions(desk: &Desk) -> i64 {
    let sql = "select count(distinct xmin::text) from audit where action = 'token.verify'";
    sqlx::query_scalar(sql)
        .fetch_one(&desk.backend.db)
        .await
        .unwrap()
}

#[sqlx::test(migrations = "./migrations")]
async fn what_comes_at_once_is_decided_in_one_transaction_and_in_its_order(db: PgPool) {
    let desk = Desk::new(&db);
    let [anna, ben, carl] = [
        desk.person("anna").await,
        desk.person("ben").await,
        desk.person("carl").await,
    ];
    let [a, b, c] = [
        desk.token(&anna, Kind::Hotp).await,
        desk.token(&ben, Kind::Totp).await,
        desk.token(&carl, Kind::Hotp).await,
    ];
    let locked = "update token_auth set failures = 50 where token_id = $1";
    desk.set(locked, c.token.0).await;
    let client = desk.client(NOW).await;
    let ask = async |username: &str, code: String| {
        let told = desk.verify_as(client.clone(), username, &code).await;
        told.unwrap()
    };
    let told = tokio::join!(
        ask("anna", a.code(0)),
        ask("ben", b.wrong(0)),
        ask("anna", a.code(0)),
        ask("nobody", a.code(0)),
        ask("carl", c.code(0)),
        ask("anna", a.code(3)),
        ask("ben", b.code(STEP)),
        ask("anna", a.code(2)),
    );
    assert_eq!(transactions(&desk).await, 1);
    assert!(accepted(&told.0) && accepted(&told.5) && accepted(&told.6));
    assert_eq!(told.1, refused(Refusal::WrongCode));
    assert_eq!(told.2, refused(Refusal::CodeUsed), "the first has spent it");
    assert_eq!(told.3, refused(Refusal::Unknown));
    assert_eq!(told.4, refused(Refusal::Locked));
    assert_eq!(told.7, refused(Refusal::CodeUsed), "behind the last one");
    let state = "select counter * 100 + failures from token_auth where token_id = $1";
    assert_eq!(desk.number(state, a.token.0).await, 401);
    assert_eq!(desk.token_failures(&b).await, 0);
    assert_eq!(desk.token_failures(&c).await, 50);
    assert_eq!(
        (desk.failures(&anna).await, desk.failures(&ben).await),
        (1, 0)
    );
    let rows = "select count(*) from audit where user_id = $1 and action = 'token.verify'";
    assert_eq!(desk.number(rows, anna.id.0).await, 4);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_burst_of_one_user_waits_from_the_fifth_also_within_a_batch(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    let wrong: Vec<String> = (0..8).map(|n| device.wrong(n)).collect();
    let client = desk.client(NOW).await;
    let ask = async |n: usize| {
        let told = desk.verify_as(client.clone(), "anna", &wrong[n]).await;
        told.unwrap()
    };
    let told = tokio::join!(
        ask(0),
        ask(1),
        ask(2),
        ask(3),
        ask(4),
        ask(5),
        ask(6),
        ask(7)
    );
    assert_eq!(transactions(&desk).await, 1);
    for told in [told.0, told.1, told.2, told.3, told.4] {
        assert_eq!(told, refused(Refusal::WrongCode));
    }
    for told in [told.5, told.6, told.7] {
        assert!(
            matches!(told, Checked::Refused(Refusal::Waits(_))),
            "{told:?}"
        );
    }
    assert_eq!(desk.token_failures(&device).await, 5);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_repeat_within_a_batch_spends_nothing_and_other_content_is_refused(db: PgPool) {
    let desk = Desk::new(&db);
    let [anna, ben] = [desk.person("anna").await, desk.person("ben").await];
    let [a, b] = [
        desk.token(&anna, Kind::Hotp).await,
        desk.token(&ben, Kind::Hotp).await,
    ];
    let client = desk.client(NOW).await;
    let ask = async |username: &str, code: String| {
        let mut caller = client.clone();
        caller.request = request(1, &format!("{username} {code}"));
        desk.verify_as(caller, username, &code).await
    };
    let told = tokio::join!(
        ask("anna", a.code(0)),
        ask("anna", a.code(0)),
        ask("anna", a.code(1)),
        ask("ben", b.code(0)),
    );
    assert!(accepted(&told.0.unwrap()) && accepted(&told.1.unwrap()));
    assert!(matches!(told.2, Err(Error::RequestReused)), "{:?}", told.2);
    assert!(matches!(told.3, Err(Error::RequestReused)), "{:?}", told.3);
    let counter = "select counter from token_auth where token_id = $1";
    assert_eq!(desk.number(counter, a.token.0).await, 1);
    assert_eq!(desk.number(counter, b.token.0).await, 0);
    assert_eq!(transactions(&desk).await, 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn nobody_suffers_by_another_s_row(db: PgPool) {
    let desk = Desk::new(&db);
    let [anna, ben, carl] = [
        desk.person("anna").await,
        desk.person("ben").await,
        desk.person("carl").await,
    ];
    let [a, b, c] = [
        desk.token(&anna, Kind::Hotp).await,
        desk.token(&ben, Kind::Hotp).await,
        desk.token(&carl, Kind::Hotp).await,
    ];
    // what is stored of one is not ours, and the database refuses what is written of another
    let broken = "update token_auth set algorithm = 'none' where token_id = $1";
    desk.set(broken, a.token.0).await;
    let trigger = format!(
        "create function refuse() returns trigger language plpgsql
             as 'begin raise exception ''not this one''; end';
         create trigger refuse before update on token_auth for each row
             when (new.user_id = '{}') execute function refuse()",
        ben.id.0
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(trigger))
        .execute(&db)
        .await
        .unwrap();
    let client = desk.client(NOW).await;
    let ask =
        async |username: &str, code: String| desk.verify_as(client.clone(), username, &code).await;
    let (one, other, third) = tokio::join!(
        ask("anna", a.code(0)),
        ask("ben", b.code(0)),
        ask("carl", c.code(0)),
    );
    assert!(matches!(one, Err(Error::Stored("algorithm"))), "{one:?}");
    assert!(matches!(other, Err(Error::Db(_))), "{other:?}");
    assert!(accepted(&third.unwrap()));
}
