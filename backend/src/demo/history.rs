//! The sample's past: enrolments, verifications, wrong codes, disablings.

use super::Sampling;
use super::tokens::State;
use crate::audit::{self, Row};
use crate::auth::{Actor, Caller, Via};
use crate::error::Result;
use crate::random;
use domain::audit::{Deed, Outcome};
use domain::check::{Purpose, Refusal};
use domain::{Agent, ClientId, Serial, SessionId, Timestamp, TokenId, UserId};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// Writes a token's past.
pub(super) async fn insert(
    sampling: &mut Sampling<'_>,
    user: UserId,
    (token, serial, description): (TokenId, &Serial, &str),
    (created, state, place): (Timestamp, State, u64),
) -> Result<()> {
    let row = |deed, outcome| Row {
        user: Some(user),
        token: Some(token),
        serial: Some(serial.as_str().to_owned()),
        object_name: Some(description.to_owned()),
        ..Row::new(deed, outcome)
    };
    let now = sampling.now;
    let enrolled = caller(sampling, created, true)?;
    audit::write(
        &mut *sampling.tx,
        &enrolled,
        &row(Deed::EnrolToken, Outcome::Done),
    )
    .await?;
    if matches!(state, State::NeverUsed) {
        return Ok(());
    }
    for day in 0..3_u64 {
        let at = now.before(Duration::from_secs(3_600 * (1 + 13 * place + 24 * day)));
        let vpn = caller(sampling, at.max(created), false)?;
        let verified = Row {
            purpose: Some(Purpose::Verification),
            ..row(Deed::Verify, Outcome::Done)
        };
        audit::write(&mut *sampling.tx, &vpn, &verified).await?;
    }
    let recently = now.before(Duration::from_secs(1_800));
    match state {
        State::Waiting | State::Locked => {
            let vpn = caller(sampling, recently, false)?;
            let wrong = Row {
                purpose: Some(Purpose::Verification),
                reason: Some(Refusal::WrongCode.as_str().to_owned()),
                ..row(Deed::Verify, Outcome::Failed)
            };
            for _ in 0..3 {
                audit::write(&mut *sampling.tx, &vpn, &wrong).await?;
            }
        }
        State::Disabled | State::DisabledForAWeek => {
            let at = now.before(Duration::from_secs(3_600 * 30));
            let by = caller(sampling, at, true)?;
            let disabled = Row {
                note: Some("Holiday".to_owned()),
                ..row(Deed::DisableToken, Outcome::Done)
            };
            audit::write(&mut *sampling.tx, &by, &disabled).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Mara Vogt at the desk, or the VPN at its door, back then.
fn caller(sampling: &Sampling<'_>, at: Timestamp, desk: bool) -> Result<Caller> {
    let trace = random::id(at)?;
    let (actor, via, last) = if desk {
        let name = super::NAME.to_owned();
        let session = SessionId(trace);
        let id = sampling.operator;
        (
            Actor::Operator {
                id,
                name,
                session,
                grants: Vec::new(),
            },
            Via::Console,
            7,
        )
    } else {
        let name = "VPN".to_owned();
        (
            Actor::Client {
                id: ClientId(trace),
                name,
                realms: Vec::new(),
                key: None,
            },
            Via::Api,
            24,
        )
    };
    let address = Some(IpAddr::V4(Ipv4Addr::new(198, 51, 100, last)));
    Ok(Caller {
        actor,
        via,
        address,
        client_address: None,
        agent: Agent::default(),
        trace,
        now: at,
        request: None,
    })
}
