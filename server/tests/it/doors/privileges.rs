//! Each privilege opens its doors and no others: whoever holds all but one is refused where that one is
//! taken, and whoever holds no more than a door takes comes in.

use domain::Privilege;
use http::StatusCode;
use sqlx::PgPool;

use super::functions::FUNCTIONS;
use super::pages::PAGES;
use super::target::Target;
use super::{Door, Opens};
use crate::desk::Desk;

/// Where the code that is brought along is a wrong one, whoever is told so is past the door. A test tells
/// it as its result.
fn past(door: &Door) -> StatusCode {
    match door.brings.contains("{wrong}") && door.path != "/call/test-token" {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn whoever_lacks_one_privilege_is_refused_where_it_is_taken(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    for lacking in Privilege::ALL {
        let held: Vec<_> = Privilege::ALL.iter().filter(|it| *it != lacking).collect();
        let visitor = desk.holding(&held, None).await;
        let before = desk.all_rows().await;
        let takes_it = |door: &&Door| door.opens.takes(*lacking);
        for door in FUNCTIONS.iter().filter(takes_it) {
            let body = target.of(door.brings);
            let answer = desk.post(door.path, &visitor, &body).await;
            let said = format!("{} {body} without {}", door.path, lacking.as_str());
            assert_eq!(
                answer.status,
                StatusCode::FORBIDDEN,
                "{said}: {}",
                answer.body
            );
            assert!(
                answer.body.contains(lacking.as_str()),
                "{said}: {}",
                answer.body
            );
        }
        let refused = FUNCTIONS.iter().filter(takes_it).count();
        let told = "select count(*) from audit where reason = $1 and result = 'refused'";
        let told: i64 = sqlx::query_scalar(told)
            .bind(lacking.as_str())
            .fetch_one(&desk.db)
            .await
            .unwrap();
        assert_eq!(usize::try_from(told), Ok(refused), "{}", lacking.as_str());
        for page in PAGES.iter().filter(takes_it) {
            let answer = desk.get(&target.page(page), &visitor).await;
            let said = format!("GET {} without {}", page.path, lacking.as_str());
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{said}");
        }
        let stays = desk.all_rows().await == before;
        assert!(stays, "something has changed without {}", lacking.as_str());
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn whoever_holds_what_a_door_takes_comes_in_and_whoever_holds_nothing_does_not(db: PgPool) {
    let desk = Desk::open(db).await;
    let guest = desk.holding(&[], None).await;
    for door in FUNCTIONS {
        let Opens::With(takes) = door.opens else {
            continue;
        };
        let target = Target::new(&desk).await;
        let body = target.of(door.brings);
        let answer = desk.post(door.path, &guest, &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} {body}", door.path);
        let visitor = desk.holding(&takes.iter().collect::<Vec<_>>(), None).await;
        let answer = desk.post(door.path, &visitor, &body).await;
        assert_eq!(
            answer.status,
            past(door),
            "{} {body}: {}",
            door.path,
            answer.body
        );
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_page_is_for_whoever_holds_what_it_takes(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    let guest = desk.holding(&[], None).await;
    for page in PAGES {
        let Opens::With(takes) = page.opens else {
            continue;
        };
        let answer = desk.get(&target.page(page), &guest).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "GET {}", page.path);
        assert!(!answer.body.contains("anna"), "GET {}", page.path);
        let visitor = desk.holding(&takes.iter().collect::<Vec<_>>(), None).await;
        let answer = desk.get(&target.page(page), &visitor).await;
        assert_eq!(answer.status, StatusCode::OK, "GET {}", page.path);
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_user_of_another_realm_is_not_there(db: PgPool) {
    let desk = Desk::open(db).await;
    let target = Target::new(&desk).await;
    let all: Vec<_> = Privilege::ALL.iter().collect();
    let reto = desk.holding(&all, Some("default")).await;
    let before = desk.all_rows().await;
    let about_users = |it: &&Door| it.brings.contains("{user}") && it.opens != Opens::Operator;
    for door in FUNCTIONS.iter().filter(about_users) {
        let answer = desk.post(door.path, &reto, &target.of(door.brings)).await;
        // An enrolment that is over and one that never was have one answer.
        let hidden = [StatusCode::NOT_FOUND, StatusCode::GONE].contains(&answer.status);
        assert!(hidden, "{}: {}", door.path, answer.body);
    }
    for page in PAGES.iter().filter(|page| page.path.contains(":user")) {
        let answer = desk.get(&target.page(page), &reto).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "GET {}", page.path);
        assert!(!answer.body.contains("anna"), "GET {}", page.path);
    }
    assert!(desk.all_rows().await == before, "something has changed");
    for door in FUNCTIONS
        .iter()
        .filter(|door| door.opens.takes(Privilege::TypesManage))
    {
        let answer = desk.post(door.path, &reto, &target.of(door.brings)).await;
        let status = StatusCode::FORBIDDEN;
        assert_eq!(answer.status, status, "{}: in one realm only", door.path);
    }
}
