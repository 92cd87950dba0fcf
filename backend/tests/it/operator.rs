//! An installation whose first administrator, Jana, was made by a link.

use crate::desk::Desk;
use backend::auth::password::Password;
use backend::links::{self, Chosen, Proven, Purpose};
use backend::seal::Seed;
use backend::sign_in::{self, Step1};
use backend::{Actor, Backend, Caller, Via, operators, otp, realms};
use domain::enrolment::Secret;
use domain::{Agent, Algorithm, Code, Digits, Name, RealmId, RoleId, Timestamp, Username};
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

pub use crate::desk::{NOW, STEP};

pub struct Works {
    pub backend: Backend,
    /// Of the whole session that the link began at `NOW`.
    pub cookie: String,
    pub default_realm: RealmId,
    secret: Secret,
}

impl Works {
    pub async fn new(db: &PgPool) -> Self {
        let desk = Desk::new(db);
        let default_realm = RealmId(desk.realm_id().await);
        let backend = desk.backend;
        let link = links::make_first(&backend, &command())
            .await
            .unwrap()
            .unwrap();
        let chosen = Chosen {
            name: Name::parse("Jana Novak").unwrap(),
            username: Username::parse("Jana").unwrap(),
        };
        let secret = open(
            &backend,
            (Purpose::FirstAdministrator, &link),
            Some(&chosen),
        )
        .await;
        let cookie = prove(&backend, (Purpose::FirstAdministrator, &link), &secret).await;
        Self {
            backend,
            cookie,
            default_realm,
            secret,
        }
    }

    /// Jana's code of a step.
    pub fn code(&self, step: u64) -> String {
        code_of(&self.secret, step)
    }

    pub async fn password(&self, typed: &str, now: Timestamp) -> Step1 {
        let typed = Password::typed(typed);
        sign_in::password(&self.backend, &nobody(now), " JANA", &typed)
            .await
            .unwrap()
    }

    pub async fn reset_link(&self) -> String {
        operators::reset(&self.backend, &command(), "jana")
            .await
            .unwrap()
    }

    pub async fn open(&self, purpose: Purpose, link: &str) -> Secret {
        open(&self.backend, (purpose, link), None).await
    }

    pub async fn realm(&self, name: &str) -> RealmId {
        let name = Name::parse(name).unwrap();
        realms::create(&self.backend, &command(), &name, &name)
            .await
            .unwrap()
    }

    /// Makes an operator and gives the cookie of the session that the link begins.
    pub async fn operator_with(&self, name: &str, role: RoleId, realms: &[RealmId]) -> String {
        let name = Username::parse(name).unwrap();
        let link = operators::create(&self.backend, &command(), &name, role, realms).await;
        let link = (Purpose::OperatorReset, link.unwrap());
        let secret = open(&self.backend, (link.0, &link.1), None).await;
        prove(&self.backend, (link.0, &link.1), &secret).await
    }
}

async fn open(backend: &Backend, link: (Purpose, &str), chosen: Option<&Chosen>) -> Secret {
    let password = Password::chosen("correct horse battery").unwrap();
    links::open(backend, &nobody(NOW), link, chosen, &password)
        .await
        .unwrap()
}

async fn prove(backend: &Backend, (purpose, link): (Purpose, &str), secret: &Secret) -> String {
    let code = Code::parse(&code_of(secret, STEP)).unwrap();
    match links::prove(backend, &nobody(NOW), purpose, link, &code).await {
        Ok(Proven::SignedIn { secret }) => secret,
        Ok(_) => panic!("a right code was refused"),
        Err(error) => panic!("{error}"),
    }
}

/// The code that an app makes of what was shown.
pub fn code_of(secret: &Secret, step: u64) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for letter in secret.text.chars().filter(|letter| *letter != ' ') {
        bits = bits << 5 | u32::try_from(ALPHABET.find(letter).unwrap()).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
            bits &= (1 << held) - 1;
        }
    }
    let seed = Seed::new(bytes);
    otp::codes(&seed, Algorithm::Sha1, Digits::Six, step..=step)[0]
        .1
        .clone()
}

pub fn after(at: Timestamp, seconds: u64) -> Timestamp {
    at.after(Duration::from_secs(seconds))
}

pub fn nobody(now: Timestamp) -> Caller {
    let (actor, via) = (Actor::Nobody, Via::Console);
    Caller {
        actor,
        via,
        address: None,
        client_address: None,
        agent: Agent::cut("Firefox"),
        trace: Uuid::nil(),
        now,
        request: None,
    }
}

pub fn command() -> Caller {
    let (actor, via) = (Actor::Command, Via::Command);
    Caller {
        actor,
        via,
        ..nobody(NOW)
    }
}
