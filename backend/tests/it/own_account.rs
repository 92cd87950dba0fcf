//! One's own apps and sessions: what each deed asks for, what it ends, and what stays.

use crate::desk::request;
use crate::desk::{APP, fields};
use crate::operator::{NOW, STEP, Works, after, code_of, nobody};
use backend::account::{
    AddedApp, Changed, Papers, add_app, end_sessions, look, prove_app, remove_app,
};
use backend::auth::password::Password;
use backend::check::Proof;
use backend::{Caller, Error, sessions, sign_in};
use domain::account::Account;
use domain::check::Refusal;
use domain::enrolment::Secret;
use domain::{Code, EnrolmentId, SessionId};
use sqlx::PgPool;

const GOOD: &str = "correct horse battery";
/// Jana's session, so many steps after the one whose code it took.
async fn jana(works: &Works, steps: u64) -> Caller {
    let mut caller = nobody(after(NOW, 30 * steps));
    caller.actor = sessions::actor(&works.backend, &works.cookie, NOW)
        .await
        .unwrap();
    caller
}

/// Signs Jana in once more, at this step, and gives the session's cookie.
async fn elsewhere(works: &Works, step: u64) -> String {
    let now = after(NOW, 30 * step);
    let sign_in::Step1::Code { secret } = works.password(GOOD, now).await else {
        panic!("a right password was refused");
    };
    let code = works.code(STEP + step);
    match sign_in::code(&works.backend, &nobody(now), &secret, &code).await {
        Ok(sign_in::Step2::SignedIn { secret }) => secret,
        _ => panic!("a right code was refused"),
    }
}

async fn seen(works: &Works) -> Account {
    let caller = jana(works, 0).await;
    look(&works.backend, &caller).await.unwrap()
}

async fn lives(works: &Works, cookie: &str) -> bool {
    sessions::actor(&works.backend, cookie, NOW).await.is_ok()
}

async fn added(works: &Works, caller: &Caller, code: &str) -> (EnrolmentId, Secret) {
    let password = Password::typed(GOOD);
    let papers = Papers {
        password: &password,
        code,
    };
    let name = fields("Spare phone");
    match add_app(&works.backend, caller, papers, APP, &name)
        .await
        .unwrap()
    {
        (AddedApp::Started(started), Some(secret)) => (started.enrolment, secret),
        (other, _) => panic!("{other:?}"),
    }
}

/// Adds and proves a second app.
async fn second_app(works: &Works) {
    let (enrolment, secret) = added(works, &jana(works, 1).await, &works.code(STEP + 1)).await;
    let code = Code::parse(&code_of(&secret, STEP + 1)).unwrap();
    let proof = prove_app(&works.backend, &jana(works, 1).await, enrolment, &code).await;
    assert!(matches!(proof, Ok(Proof::Enrolled { .. })), "{proof:?}");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_second_app_ends_the_other_sessions_and_not_this_one(db: PgPool) {
    let works = Works::new(&db).await;
    let other = elsewhere(&works, 1).await;
    let (enrolment, secret) = added(&works, &jana(&works, 2).await, &works.code(STEP + 2)).await;
    assert!(lives(&works, &other).await);
    assert_eq!(
        seen(&works).await.enrolment.map(|it| it.id),
        Some(enrolment)
    );
    let caller = jana(&works, 2).await;
    let wrong = Code::parse(&works.code(STEP + 2)).unwrap();
    let proof = prove_app(&works.backend, &caller, enrolment, &wrong).await;
    assert!(matches!(proof, Ok(Proof::Wrong { failures: 1, .. })));
    let right = Code::parse(&code_of(&secret, STEP + 2)).unwrap();
    let proof = prove_app(&works.backend, &caller, enrolment, &right).await;
    assert!(matches!(proof, Ok(Proof::Enrolled { .. })));
    assert!(lives(&works, &works.cookie).await && !lives(&works, &other).await);
    assert_eq!(seen(&works).await.tokens.len(), 2);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_secret_leaves_once_and_a_new_one_voids_it(db: PgPool) {
    let works = Works::new(&db).await;
    let mut caller = jana(&works, 1).await;
    caller.request = request(1, "add");
    let (first, _) = added(&works, &caller, &works.code(STEP + 1)).await;
    let (password, code) = (Password::typed(GOOD), works.code(STEP + 1));
    let papers = Papers {
        password: &password,
        code: &code,
    };
    let name = fields("Spare phone");
    let again = add_app(&works.backend, &caller, papers, APP, &name)
        .await
        .unwrap();
    assert!(
        matches!(again, (AddedApp::Started(_), None)),
        "a secret left twice"
    );
    let (second, secret) = added(&works, &jana(&works, 2).await, &works.code(STEP + 2)).await;
    let code = Code::parse(&code_of(&secret, STEP + 2)).unwrap();
    let caller = jana(&works, 2).await;
    let void = prove_app(&works.backend, &caller, first, &code).await;
    assert!(matches!(void, Err(Error::NotFound)));
    assert!(
        prove_app(&works.backend, &caller, second, &code)
            .await
            .is_ok()
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn the_last_app_stays_and_no_code_is_spent_on_it(db: PgPool) {
    let works = Works::new(&db).await;
    let serial = seen(&works).await.tokens[0].serial.clone();
    let (password, code) = (Password::typed(GOOD), works.code(STEP + 1));
    let papers = Papers {
        password: &password,
        code: &code,
    };
    let caller = jana(&works, 1).await;
    let removed = remove_app(&works.backend, &caller, papers, &serial).await;
    assert!(matches!(removed, Err(Error::LastToken)));
    assert_eq!(seen(&works).await.tokens.len(), 1);
    let ended = end_sessions(&works.backend, &caller, papers, None).await;
    assert_eq!(ended.unwrap(), Changed::Done, "the code was spent");
}

#[sqlx::test(migrations = "./migrations")]
async fn one_of_two_apps_is_removed_with_password_and_code(db: PgPool) {
    let works = Works::new(&db).await;
    let first = seen(&works).await.tokens[0].serial.clone();
    second_app(&works).await;
    let other = elsewhere(&works, 2).await;
    let (password, code) = (Password::typed(GOOD), works.code(STEP + 3));
    let caller = jana(&works, 3).await;
    let remove = async |password, code| {
        let papers = Papers { password, code };
        remove_app(&works.backend, &caller, papers, &first)
            .await
            .unwrap()
    };
    let wrong = Password::typed("not this one");
    assert_eq!(remove(&wrong, &code).await, Changed::WrongPassword);
    let spent = works.code(STEP + 2);
    assert_eq!(
        remove(&password, &spent).await,
        Changed::Refused(Refusal::CodeUsed)
    );
    assert!(lives(&works, &other).await && seen(&works).await.tokens.len() == 2);
    assert_eq!(remove(&password, &code).await, Changed::Done);
    let tokens = seen(&works).await.tokens;
    assert!(tokens.len() == 1 && tokens[0].serial != first);
    assert!(lives(&works, &works.cookie).await && !lives(&works, &other).await);
    let told = "select result, reason from audit where action = 'token.delete' order by id";
    let told: Vec<(String, Option<String>)> = sqlx::query_as(told).fetch_all(&db).await.unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|(it, why)| (it.as_str(), why.as_deref()))
        .collect();
    let failed = [
        ("failed", Some("wrong password")),
        ("failed", Some("code already used")),
    ];
    assert_eq!(told, [failed[0], failed[1], ("done", None)]);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_session_is_ended_by_its_operator_alone(db: PgPool) {
    let works = Works::new(&db).await;
    let role = backend::operators::role(&works.backend, "viewer")
        .await
        .unwrap();
    let vera = works.operator_with("vera", role, &[]).await;
    let (other, third) = (elsewhere(&works, 1).await, elsewhere(&works, 2).await);
    let listed = seen(&works).await.sessions;
    assert_eq!(listed.len(), 3);
    assert!(listed[0].is_this && listed[0].agent == "Firefox");
    let password = Password::typed(GOOD);
    let end = async |step, which: Option<SessionId>| {
        let (caller, code) = (jana(&works, step).await, works.code(STEP + step));
        let papers = Papers {
            password: &password,
            code: &code,
        };
        end_sessions(&works.backend, &caller, papers, which)
            .await
            .unwrap()
    };
    let id = async |cookie: &str| match sessions::actor(&works.backend, cookie, NOW).await.unwrap()
    {
        backend::Actor::Operator { session, .. } => session,
        _ => panic!("an operator"),
    };
    assert_eq!(end(3, Some(id(&vera).await)).await, Changed::Done);
    assert!(lives(&works, &vera).await, "another operator's session");
    assert_eq!(end(4, Some(id(&works.cookie).await)).await, Changed::Done);
    assert!(lives(&works, &works.cookie).await, "the session that asks");
    assert_eq!(end(5, Some(id(&other).await)).await, Changed::Done);
    assert!(!lives(&works, &other).await && lives(&works, &third).await);
    assert_eq!(end(6, None).await, Changed::Done);
    assert!(!lives(&works, &third).await && lives(&works, &works.cookie).await);
    assert!(lives(&works, &vera).await);
}

#[sqlx::test(migrations = "./migrations")]
async fn an_app_is_not_proven_by_a_session_that_has_ended_meanwhile(db: PgPool) {
    let works = Works::new(&db).await;
    let caller = jana(&works, 1).await;
    let (enrolment, secret) = added(&works, &caller, &works.code(STEP + 1)).await;
    let code = Code::parse(&code_of(&secret, STEP + 1)).unwrap();
    // the caller was looked up at the door; then a reset by link ends all sessions
    sqlx::query("delete from session")
        .execute(&db)
        .await
        .unwrap();
    let proof = prove_app(&works.backend, &caller, enrolment, &code).await;
    assert!(matches!(proof, Err(Error::NotSignedIn)), "{proof:?}");
    let tokens: i64 = sqlx::query_scalar("select count(*) from token")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(tokens, 1);
}
