//! Operators' factors on a Tokens tab: never one's own, and whoever's they are is signed out.

use crate::desk::{APP, fields};
use crate::operator::{NOW, STEP, Works, code_of, nobody};
use backend::Switched;
use backend::auth::Grant;
use backend::check::{Pair, Proof, prove, reset, test};
use backend::tokens::delete::{Delete, delete};
use backend::tokens::disable::{Disable, disable};
use backend::tokens::edit::{Edit, edit};
use backend::tokens::enable::enable;
use backend::tokens::unlock::unlock;
use backend::tokens::{Found, enrol, find, replace, tab};
use backend::{Actor, Caller, Error, operators, sessions, token_types, users};
use domain::{BuiltInRole, Code, Privilege, RealmId, Reason, Serial, UserId};
use sqlx::PgPool;

/// Jana, and another operator; both may look after operators.
struct Two {
    works: Works,
    jana: Caller,
    vera: Caller,
    id: UserId,
    serial: Serial,
}

async fn two(db: &PgPool) -> Two {
    let works = Works::new(db).await;
    let role = operators::role(&works.backend, BuiltInRole::Administrator.key()).await;
    let vera = works.operator_with("vera", role.unwrap(), &[]).await;
    let [(id, jana), (_, vera)] = [
        looking_after_operators(&works, &works.cookie).await,
        looking_after_operators(&works, &vera).await,
    ];
    let serial = tab(&works.backend, &vera, id).await.unwrap().tokens[0]
        .serial
        .clone();
    Two {
        works,
        jana,
        vera,
        id,
        serial,
    }
}

async fn looking_after_operators(works: &Works, cookie: &str) -> (UserId, Caller) {
    let mut actor = sessions::actor(&works.backend, cookie, NOW).await.unwrap();
    let Actor::Operator { id, grants, .. } = &mut actor else {
        panic!("an operator");
    };
    grants.push(Grant {
        role: "Test".into(),
        privileges: Privilege::ALL.iter().copied().collect(),
        realms: vec![RealmId::OPERATORS],
    });
    let id = *id;
    let caller = Caller {
        actor,
        ..nobody(NOW)
    };
    (id, caller)
}

fn off() -> Disable {
    Disable {
        reason: Reason::default(),
        until: None,
        confirmed_last: true,
    }
}

fn is_not_found<T>(done: backend::Result<T>) -> bool {
    matches!(done, Err(Error::NotFound))
}

#[sqlx::test(migrations = "./migrations")]
async fn nobody_touches_their_own_factors_on_a_tokens_tab(db: PgPool) {
    let Two {
        works,
        jana,
        vera,
        id,
        serial,
    } = two(&db).await;
    let backend = &works.backend;
    let name = fields("");
    let (waiting, secret) = enrol::start(backend, &vera, id, APP, &name).await.unwrap();
    let proof = Code::parse(&code_of(&secret.unwrap(), STEP)).unwrap();
    let code = Code::parse(&works.code(STEP + 1)).unwrap();
    let enrolment = waiting.enrolment;

    assert!(is_not_found(
        enrol::start(backend, &jana, id, APP, &name).await
    ));
    assert!(is_not_found(token_types::choices(backend, &jana, id).await));
    assert!(is_not_found(
        prove(backend, &jana, id, enrolment, &proof).await
    ));
    assert!(is_not_found(
        enrol::restart(backend, &jana, id, enrolment).await
    ));
    assert!(is_not_found(
        enrol::cancel(backend, &jana, id, enrolment).await
    ));
    assert!(is_not_found(test(backend, &jana, id, &serial, &code).await));
    assert!(is_not_found(
        disable(backend, &jana, id, &serial, &off()).await
    ));
    let none = Reason::default();
    assert!(is_not_found(
        unlock(backend, &jana, id, &serial, &none).await
    ));
    assert!(is_not_found(users::unlock(backend, &jana, id, &none).await));
    let pair = Pair {
        first: code.clone(),
        second: proof.clone(),
        unlocks: true,
    };
    assert!(is_not_found(
        reset(backend, &jana, id, &serial, &pair).await
    ));
    let asked = Edit {
        description: name.description.clone(),
        version: 1,
    };
    assert!(is_not_found(
        edit(backend, &jana, id, &serial, &asked).await
    ));
    assert!(is_not_found(
        replace::start(backend, &jana, id, &serial, &name).await
    ));
    let asked = Delete {
        reason: none,
        confirmed_last: true,
    };
    assert!(is_not_found(
        delete(backend, &jana, id, &serial, &asked).await
    ));
    let done = disable(backend, &vera, id, &serial, &off()).await.unwrap();
    assert!(matches!(done, Switched::Done { .. }));
    assert!(is_not_found(
        enable(backend, &jana, id, &serial, &Reason::default()).await
    ));
    // whoever reads the audit sees each, and of what right it was
    let told = "select object_name from audit
                where action = 'privilege.refuse' and reason = 'own account' and user_id = $1
                order by id";
    let told: Vec<String> = sqlx::query_scalar(told)
        .bind(id.0)
        .fetch_all(&db)
        .await
        .unwrap();
    let expected = [
        Privilege::TokensEnrol,
        Privilege::TokensEnrol,
        Privilege::TokensEnrol,
        Privilege::TokensEnrol,
        Privilege::TokensEnrol,
        Privilege::TokensTest,
        Privilege::TokensDisable,
        Privilege::TokensUnlock,
        Privilege::TokensUnlock,
        Privilege::TokensReset,
        Privilege::TokensEdit,
        Privilege::TokensReplace,
        Privilege::TokensDelete,
        Privilege::TokensEnable,
    ];
    assert_eq!(told, expected.map(Privilege::as_str));
}

#[sqlx::test(migrations = "./migrations")]
async fn ones_own_tab_offers_nothing_and_can_be_looked_at(db: PgPool) {
    let Two {
        works,
        jana,
        vera,
        id,
        serial,
    } = two(&db).await;
    for (caller, offered) in [(&jana, false), (&vera, true)] {
        let tab = tab(&works.backend, caller, id).await.unwrap();
        assert_eq!(tab.may.enrol, offered);
        assert_eq!(tab.may.actions.len() > 1, offered);
        let Ok(Found::Here(detail)) = find(&works.backend, caller, id, &serial).await else {
            panic!("it is there");
        };
        assert_eq!(detail.may, tab.may);
        let overview = backend::users::overview(&works.backend, caller, id).await;
        assert_eq!(overview.unwrap().may.enrol, offered);
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn a_changed_factor_ends_the_operator_s_sessions(db: PgPool) {
    let Two {
        works,
        vera,
        id,
        serial,
        ..
    } = two(&db).await;
    let backend = &works.backend;
    let sessions_of_jana = async || -> i64 {
        sqlx::query_scalar("select count(*) from session where operator_id = $1")
            .bind(id.0)
            .fetch_one(&db)
            .await
            .unwrap()
    };
    let begin = async || {
        let mut tx = db.begin().await.unwrap();
        sessions::begin(&mut tx, &nobody(NOW), id, false)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    assert_eq!(sessions_of_jana().await, 1);
    disable(backend, &vera, id, &serial, &off()).await.unwrap();
    assert_eq!(sessions_of_jana().await, 0, "disabled");

    begin().await;
    enable(backend, &vera, id, &serial, &Reason::default())
        .await
        .unwrap();
    assert_eq!(sessions_of_jana().await, 0, "enabled");

    begin().await;
    let name = fields("");
    let (waiting, secret) = enrol::start(backend, &vera, id, APP, &name).await.unwrap();
    assert_eq!(sessions_of_jana().await, 1, "nothing has changed yet");
    let code = Code::parse(&code_of(&secret.unwrap(), STEP)).unwrap();
    let proof = prove(backend, &vera, id, waiting.enrolment, &code).await;
    assert!(matches!(proof, Ok(Proof::Enrolled { .. })), "{proof:?}");
    assert_eq!(sessions_of_jana().await, 0, "enrolled");
    let left: i64 = sqlx::query_scalar("select count(*) from session")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(left, 1, "the other operator's stays");
}
