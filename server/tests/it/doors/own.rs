//! One's own factors: on the account page, and at no other door.

use domain::Privilege;
use http::StatusCode;
use sqlx::PgPool;

use super::functions::FUNCTIONS;
use super::pages::PAGES;
use super::target::Target;
use super::{Door, Opens};
use crate::desk::Desk;

/// Whether it is about a user, and takes more than looking.
fn changes(door: &&Door) -> bool {
    let looks = [Privilege::UsersView, Privilege::TokensView];
    let about_a_user = door.brings.contains("{user}") || door.path.contains(":user");
    about_a_user && door.opens.privileges().iter().any(|it| !looks.contains(it))
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn whoever_may_do_everything_does_nothing_to_the_own_user(db: PgPool) {
    let desk = Desk::open(db).await;
    // the realm of what the table brings along for others
    Target::new(&desk).await;
    let all: Vec<_> = Privilege::ALL.iter().collect();
    let (id, name, visitor) = desk.operator_holding(&all, Some("operators")).await;
    let target = Target::around(&desk, id, &name).await;
    let before = desk.all_rows().await;
    let mut tried = 0;
    for door in FUNCTIONS.iter().filter(changes) {
        let body = target.of(door.brings);
        let answer = desk.post(door.path, &visitor, &body).await;
        // An enrolment that is over and one that is not for this operator have one answer.
        let hidden = [StatusCode::NOT_FOUND, StatusCode::GONE].contains(&answer.status);
        assert!(hidden, "{} {body}: {}", door.path, answer.body);
        tried += 1;
    }
    let told = "select count(*) from audit where reason = 'own account' and user_id = $1";
    let told: i64 = sqlx::query_scalar(told)
        .bind(id)
        .fetch_one(&desk.db)
        .await
        .unwrap();
    assert_eq!(told, tried);
    for page in PAGES.iter().filter(changes) {
        let answer = desk.get(&target.page(page), &visitor).await;
        assert_ne!(answer.status, StatusCode::OK, "GET {}", page.path);
    }
    assert!(desk.all_rows().await == before, "something has changed");
    let looks = |it: &&Door| it.brings.contains("{user}") && it.opens != Opens::Operator;
    for door in FUNCTIONS.iter().filter(looks).filter(|it| !changes(it)) {
        let answer = desk
            .post(door.path, &visitor, &target.of(door.brings))
            .await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{}: {}",
            door.path,
            answer.body
        );
    }
}
