//! What the service does by itself. Each job has a row: whoever locks it, finds it due and moves the
//! date on runs it, so that over all servers each run happens once.

use crate::audit::{self, Row};
use crate::auth::{Actor, Caller, Via};
use crate::error::Result;
use crate::instant::{column, instant};
use crate::sessions::IDLE;
use crate::{Backend, random, users};
use domain::audit::{Deed, Outcome};
use domain::{Agent, RealmId, Timestamp, UserId};
use sqlx::PgConnection;
use std::future::Future;
use std::time::Duration;

/// How often a server looks for jobs that are due.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;
/// An enrolment is void at so many wrong proofs, where a token would lock ([`domain::Limit::TOKEN`]).
const LOCK_AT: u32 = 50;
/// At most this many rows in one transaction.
const BATCH: i64 = 500;

/// A job, by the name of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Enrolments that were not proven in time end.
    EndEnrolments,
    /// Sessions that are over or idle end.
    EndSessions,
    /// The audit's months are made ahead.
    MakeAuditPartitions,
    /// Outcomes of requests, counted windows and old links are forgotten.
    ForgetRequests,
    /// The users list's filter is brought up to date.
    RefreshCanSignIn,
}

impl Job {
    /// All jobs.
    pub const ALL: [Self; 5] = [
        Self::EndEnrolments,
        Self::EndSessions,
        Self::MakeAuditPartitions,
        Self::ForgetRequests,
        Self::RefreshCanSignIn,
    ];

    /// The name of its row.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EndEnrolments => "end_enrolments",
            Self::EndSessions => "end_sessions",
            Self::MakeAuditPartitions => "make_audit_partitions",
            Self::ForgetRequests => "forget_requests",
            Self::RefreshCanSignIn => "refresh_can_sign_in",
        }
    }

    /// Seconds between two runs.
    const fn every(self) -> u64 {
        match self {
            Self::EndEnrolments | Self::EndSessions => 60,
            Self::RefreshCanSignIn => 5 * 60,
            Self::ForgetRequests => 60 * 60,
            Self::MakeAuditPartitions => DAY,
        }
    }
}

/// Runs what is due, again and again, until `shutdown` ends. `clock` is the server's.
pub async fn run(
    backend: Backend,
    clock: fn() -> Timestamp,
    shutdown: impl Future<Output = ()> + Send,
) {
    tokio::pin!(shutdown);
    loop {
        for job in Job::ALL {
            if let Err(error) = run_if_due(&backend, job, clock()).await {
                tracing::error!(job = job.as_str(), %error, "a job failed and will be tried again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = &mut shutdown => return,
        }
    }
}

/// Runs a job if it is due and nobody else is at it; whether it ran.
pub async fn run_if_due(backend: &Backend, job: Job, now: Timestamp) -> Result<bool> {
    let mut tx = backend.db.begin().await?;
    let claimed = sqlx::query!(
        "update job set due_at = $3 where name in (
             select name from job where name = $1 and due_at <= $2 for update skip locked)
         returning ran_at",
        job.as_str(),
        column(now),
        column(now.after(Duration::from_secs(job.every()))),
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(claimed) = claimed else {
        return Ok(false);
    };
    let caller = Caller {
        actor: Actor::System(job.as_str()),
        via: Via::Job,
        address: None,
        client_address: None,
        agent: Agent::default(),
        trace: random::id(now)?,
        now,
        request: None,
    };
    match job {
        Job::EndEnrolments => end_enrolments(&mut tx, &caller).await?,
        Job::EndSessions => end_sessions(&mut tx, &caller).await?,
        Job::MakeAuditPartitions => make_audit_partitions(&mut tx, now).await?,
        Job::ForgetRequests => forget_requests(&mut tx, now).await?,
        // it may go over many users: no transaction, and no lock on the job's row, may last as long
        Job::RefreshCanSignIn => {
            tx.commit().await?;
            refresh_can_sign_in(backend, claimed.ran_at.map(instant), now).await?;
            return Ok(true);
        }
    }
    ran(&mut tx, job, now).await?;
    tx.commit().await?;
    Ok(true)
}

/// Looks at what happened since the last run, or at everybody. What is not done stays to be done by the next
/// run, also when the server dies meanwhile: only a run that did all moves the date.
async fn refresh_can_sign_in(
    backend: &Backend,
    ran_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let job = Job::RefreshCanSignIn;
    let run = match ran_at {
        Some(ran_at) => users::refresh_since(backend, ran_at, now).await,
        None => users::refresh_all(backend, now).await,
    };
    match run {
        Err(error) => {
            due_again(backend, job, now).await?;
            Err(error)
        }
        Ok(run) if run.left > 0 => Ok(()),
        Ok(_) => ran(&mut *backend.db.acquire().await?, job, now).await,
    }
}

/// Notes that a run that began now did all it had to.
async fn ran(db: &mut PgConnection, job: Job, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "update job set ran_at = greatest(ran_at, $2) where name = $1",
        job.as_str(),
        column(now),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives back a claim that was committed before the work, which then failed.
async fn due_again(backend: &Backend, job: Job, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "update job set due_at = $2 where name = $1",
        job.as_str(),
        column(now),
    )
    .execute(&backend.db)
    .await?;
    Ok(())
}

async fn end_enrolments(tx: &mut PgConnection, caller: &Caller) -> Result<()> {
    // a proof holds the user's row and then this one: rows that are held are left for the next run
    let ended = sqlx::query!(
        "delete from enrolment e using app_user u
         where u.id = e.user_id and e.id in (
             select id from enrolment where ends_at <= $1 or failures >= $2
             limit $3 for update skip locked)
         returning e.id, e.realm_id, e.user_id, e.serial, e.failures, u.username",
        column(caller.now),
        i32::try_from(LOCK_AT).unwrap_or(i32::MAX),
        BATCH,
    )
    .fetch_all(&mut *tx)
    .await?;
    for enrolment in ended {
        let void = u32::try_from(enrolment.failures).is_ok_and(|failures| failures >= LOCK_AT);
        let row = Row {
            realm: Some(RealmId(enrolment.realm_id)),
            user: Some(UserId(enrolment.user_id)),
            username: Some(enrolment.username),
            serial: Some(enrolment.serial),
            object_kind: Some("enrolment"),
            object: Some(enrolment.id),
            reason: Some(
                if void {
                    "proven wrong too often"
                } else {
                    "not proven in time"
                }
                .into(),
            ),
            ..Row::new(Deed::EndEnrolment, Outcome::Done)
        };
        audit::write(tx, caller, &row).await?;
    }
    Ok(())
}

async fn end_sessions(tx: &mut PgConnection, caller: &Caller) -> Result<()> {
    let ended = sqlx::query!(
        "delete from session s using app_user u
         where u.id = s.operator_id and s.id in (
             select id from session where ends_at <= $1 or last_seen_at <= $2
             limit $3 for update skip locked)
         returning s.id, s.operator_id, s.half, s.ends_at, u.username",
        column(caller.now),
        column(caller.now.before(IDLE)),
        BATCH,
    )
    .fetch_all(&mut *tx)
    .await?;
    // half a session was no session yet
    for session in ended.into_iter().filter(|session| !session.half) {
        let over = session.ends_at <= column(caller.now);
        let row = Row {
            realm: Some(RealmId::OPERATORS),
            user: Some(UserId(session.operator_id)),
            username: Some(session.username),
            object_kind: Some("session"),
            object: Some(session.id),
            reason: Some(if over { "total time" } else { "idle" }.to_owned()),
            ..Row::new(Deed::EndSession, Outcome::Done)
        };
        audit::write(tx, caller, &row).await?;
    }
    Ok(())
}

/// This month and three ahead.
async fn make_audit_partitions(tx: &mut PgConnection, now: Timestamp) -> Result<()> {
    sqlx::query!("select make_audit_partitions($1, 4)", column(now))
        .fetch_one(tx)
        .await?;
    Ok(())
}

async fn forget_requests(tx: &mut PgConnection, now: Timestamp) -> Result<()> {
    let yesterday = column(now.before(Duration::from_secs(DAY)));
    sqlx::query!("delete from request where at < $1", yesterday)
        .execute(&mut *tx)
        .await?;
    sqlx::query!("delete from rate_limit where starts < $1", yesterday)
        .execute(&mut *tx)
        .await?;
    sqlx::query!("delete from one_time_link where ends_at < $1", yesterday)
        .execute(tx)
        .await?;
    Ok(())
}
