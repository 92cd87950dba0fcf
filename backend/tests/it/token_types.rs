//! Changing a token type: what changes at once, what is refused, and whom it concerns.

use crate::desk::{Desk, NOW, accepted, refused, request};
use crate::wait::wait_for_a_lock;
use backend::jobs::{Job, run_if_due};
use backend::token_types::{Edited, edit, rows};
use backend::{Caller, Error, tokens};
use domain::check::Refusal;
use domain::token_type::DescriptionRule;
use domain::type_settings::{BadSettings, Ending, Language, Settings, TypeIcon, TypeRow};
use domain::{Kind, Name, Privilege, TokenTypeId};
use sqlx::PgPool;
use std::time::Duration;

pub const HOTP: &str = "hotp-app";

pub async fn administrator(desk: &Desk) -> Caller {
    desk.operator(Privilege::TypesManage, NOW).await
}

pub async fn row(desk: &Desk, slug: &str) -> TypeRow {
    let rows = rows(&desk.backend, &administrator(desk).await)
        .await
        .unwrap();
    rows.into_iter()
        .find(|row| row.token_type.slug == slug)
        .unwrap()
}

/// Saves what `how` makes of the settings as they stand.
pub async fn save(
    desk: &Desk,
    slug: &str,
    how: impl FnOnce(&mut Settings),
) -> backend::Result<Edited> {
    let TypeRow {
        mut settings,
        version,
        ..
    } = row(desk, slug).await;
    how(&mut settings);
    edit(
        &desk.backend,
        &administrator(desk).await,
        slug,
        version,
        &settings,
    )
    .await
}

pub fn ends(days: Option<u64>, follows: Option<TokenTypeId>) -> Option<Ending> {
    Some(Ending {
        since: NOW,
        grace_until: days.map(|days| NOW.after(Duration::from_secs(days * 86_400))),
        follows,
    })
}

#[sqlx::test(migrations = "./migrations")]
async fn a_new_name_is_everywhere_at_once_and_in_the_audit(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let fob = desk.token(&anna, Kind::Hotp).await;
    let saved = save(&desk, HOTP, |settings| {
        settings.names[0].name = Name::parse("Old phone").unwrap();
        settings.icon = TypeIcon::CreditCard;
    });
    assert_eq!(saved.await.unwrap(), Edited::Saved);
    let viewer = desk.operator(Privilege::TokensView, NOW).await;
    let tab = tokens::tab(&desk.backend, &viewer, anna.id).await.unwrap();
    let seen = &tab.tokens[0].token_type;
    assert_eq!(
        (seen.name.as_str(), seen.icon.as_str()),
        ("Old phone", "credit-card")
    );
    assert_eq!(tab.tokens[0].serial, fob.serial);
    assert_eq!(row(&desk, HOTP).await.tokens, 1);
    let kept: serde_json::Value =
        sqlx::query_scalar("select changes from audit where action = 'token_type.edit'")
            .fetch_one(&db)
            .await
            .unwrap();
    let expected = serde_json::json!({
        "name_en": ["HOTP app", "Old phone"], "icon": ["list-ordered", "credit-card"],
    });
    assert_eq!(kept, expected);
}

#[sqlx::test(migrations = "./migrations")]
async fn another_language_comes_and_goes(db: PgPool) {
    let desk = Desk::new(&db);
    let named = domain::type_settings::Named {
        language: Language::German,
        name: Name::parse("Zähl-App").unwrap(),
        help: Default::default(),
    };
    let saved = save(&desk, HOTP, |settings| settings.names.push(named.clone()));
    assert_eq!(saved.await.unwrap(), Edited::Saved);
    let stored = row(&desk, HOTP).await.settings;
    assert_eq!(stored.named(Language::German), Some(&named));
    let saved = save(&desk, HOTP, |settings| settings.names.truncate(1));
    assert_eq!(saved.await.unwrap(), Edited::Saved);
    assert_eq!(row(&desk, HOTP).await.settings.names.len(), 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn the_second_of_two_sees_what_the_first_saved(db: PgPool) {
    let desk = Desk::new(&db);
    let before = row(&desk, HOTP).await;
    let saved = save(&desk, HOTP, |settings| settings.maximum = Some(2));
    assert_eq!(saved.await.unwrap(), Edited::Saved);
    let mut mine = before.settings.clone();
    mine.description = DescriptionRule::Required;
    let caller = administrator(&desk).await;
    let save = |version| edit(&desk.backend, &caller, HOTP, version, &mine);
    let Ok(Edited::Changed { theirs, version }) = save(before.version).await else {
        panic!("saved over somebody else's");
    };
    assert_eq!(theirs.maximum, Some(2));
    assert_eq!(row(&desk, HOTP).await.settings, *theirs);
    assert_eq!(save(version).await.unwrap(), Edited::Saved);
    assert_eq!(save(version + 1).await.unwrap(), Edited::Unchanged);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_form_that_comes_twice_is_saved_once(db: PgPool) {
    let desk = Desk::new(&db);
    let TypeRow {
        mut settings,
        version,
        ..
    } = row(&desk, HOTP).await;
    settings.position = 7;
    let caller = Caller {
        request: request(1, "edit"),
        ..administrator(&desk).await
    };
    for _ in 0..2 {
        let saved = edit(&desk.backend, &caller, HOTP, version, &settings).await;
        assert_eq!(saved.unwrap(), Edited::Saved);
    }
    assert_eq!(row(&desk, HOTP).await.version, version + 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn two_at_once_make_no_loop(db: PgPool) {
    let desk = Desk::new(&db);
    let (app, hotp) = (
        row(&desk, "authenticator-app").await,
        row(&desk, HOTP).await,
    );
    let caller = administrator(&desk).await;
    let follow = |row: &TypeRow, next: &TypeRow| Settings {
        obsolete: ends(Some(90), Some(next.token_type.id)),
        ..row.settings.clone()
    };
    let (one, other) = (follow(&app, &hotp), follow(&hotp, &app));
    // both have read before either writes, unless the reading waits
    let mut holds = db.begin().await.unwrap();
    sqlx::query("select from token_type where id = $1 for no key update")
        .bind(app.token_type.id.0)
        .execute(&mut *holds)
        .await
        .unwrap();
    let let_go = async {
        wait_for_a_lock(&db, 1).await;
        holds.rollback().await.unwrap();
    };
    let (one, other, ()) = tokio::join!(
        edit(
            &desk.backend,
            &caller,
            "authenticator-app",
            app.version,
            &one
        ),
        edit(&desk.backend, &caller, HOTP, hotp.version, &other),
        let_go,
    );
    let refused = |it: &backend::Result<Edited>| {
        matches!(it, Err(Error::BadSettings(BadSettings::FollowsItself)))
    };
    assert!(refused(&one) != refused(&other), "{one:?} {other:?}");
}

#[sqlx::test(migrations = "./migrations")]
async fn an_obsolete_type_verifies_within_its_grace_and_not_at_once(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let fob = desk.token(&anna, Kind::Hotp).await;
    let verify = async |n| desk.verify("anna", &fob.code(n)).await.unwrap();
    let saved = save(&desk, HOTP, |settings| {
        settings.obsolete = ends(Some(90), None)
    });
    assert_eq!(saved.await.unwrap(), Edited::Saved);
    assert!(accepted(&verify(0).await));
    let saved = save(&desk, HOTP, |settings| settings.obsolete = ends(None, None));
    assert_eq!(saved.await.unwrap(), Edited::Saved);
    assert_eq!(verify(1).await, refused(Refusal::Obsolete));
    let saved = save(&desk, HOTP, |settings| settings.obsolete = None);
    assert_eq!(saved.await.unwrap(), Edited::Saved);
    assert!(accepted(&verify(2).await));
}

#[sqlx::test(migrations = "./migrations")]
async fn the_users_list_follows_with_the_next_look_at_the_jobs(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    desk.token(&anna, Kind::Hotp).await;
    let can = async || {
        desk.number(
            "select can_sign_in::int::bigint from app_user where id = $1",
            anna.id.0,
        )
        .await
    };
    // both runs are of one instant: only what made the job due lets the second one happen
    let due = "update job set due_at = $1 where name = 'refresh_can_sign_in'";
    sqlx::query(due)
        .bind(backend::instant::column(NOW))
        .execute(&db)
        .await
        .unwrap();
    assert!(
        run_if_due(&desk.backend, Job::RefreshCanSignIn, NOW)
            .await
            .unwrap()
    );
    assert_eq!(can().await, 1);
    save(&desk, HOTP, |settings| settings.obsolete = ends(None, None))
        .await
        .unwrap();
    assert!(
        run_if_due(&desk.backend, Job::RefreshCanSignIn, NOW)
            .await
            .unwrap()
    );
    assert_eq!(can().await, 0);
    save(&desk, HOTP, |settings| settings.position = 3)
        .await
        .unwrap();
    assert!(
        !run_if_due(&desk.backend, Job::RefreshCanSignIn, NOW)
            .await
            .unwrap()
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn whoever_looks_after_some_realms_changes_no_type(db: PgPool) {
    let desk = Desk::new(&db);
    let TypeRow {
        settings, version, ..
    } = row(&desk, HOTP).await;
    let elsewhere = "insert into realm (id, name, display_name, created_at)
                     values (gen_random_uuid(), 'elsewhere', 'Elsewhere', now())";
    sqlx::query(elsewhere).execute(&db).await.unwrap();
    let caller = administrator(&desk).await;
    let edited = edit(&desk.backend, &caller, HOTP, version, &settings).await;
    assert!(matches!(
        edited,
        Err(Error::Forbidden(Privilege::TypesManage))
    ));
    assert!(rows(&desk.backend, &caller).await.is_err());
    let told = "select count(*) from audit where action = 'privilege.refuse'";
    let told: i64 = sqlx::query_scalar(told).fetch_one(&db).await.unwrap();
    assert_eq!(told, 2);
}
