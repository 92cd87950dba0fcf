//! What a page costs the database.

use http::StatusCode;
use sqlx::PgPool;

use crate::desk::Desk;

/// Leptos looks several times through what was loaded, and whatever made its part anew each time loaded it anew.
#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_page_loads_what_it_shows_once(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "HOTP-23456789").await;
    let user = format!("/users/{user}");
    for page in [
        "/users".to_owned(),
        "/users/new".to_owned(),
        format!("{user}/activity"),
        format!("{user}/edit"),
        format!("{user}/tokens"),
        format!("{user}/tokens/HOTP-23456789"),
        format!("{user}/tokens/HOTP-23456789/disable"),
        format!("{user}/tokens/HOTP-23456789/delete"),
        user,
        "/account".to_owned(),
    ] {
        // whether it did was a matter of time, for one page of two
        for _ in 0..8 {
            let answer = desk.get(&page, &officer).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            // the state of the page, who is signed in, and what is shown
            let loads = answer.body.matches("__RESOLVED_RESOURCES[").count();
            assert_eq!(loads, 3, "{page}");
        }
    }
}
