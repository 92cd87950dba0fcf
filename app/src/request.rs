//! What a server function and a page know of the request that they answer. Server side only.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use backend::auth::Request;
use backend::{Actor, Backend, Caller, Via};
use domain::{Agent, Timestamp};
use leptos::prelude::use_context;
use uuid::Uuid;

use crate::problem::Problem;
use crate::session;

/// One request, as the door saw it. Deliberately without `Debug`: `content` may hold a code.
#[derive(Clone)]
pub struct Asked {
    /// The form's own random number; `None` for a page or a load.
    pub request_id: Option<String>,
    /// The function's path and all fields but `request_id`, in one order; to be digested with a
    /// key and never kept as it is.
    pub content: Arc<Vec<u8>>,
    /// When the request arrived; the only clock of everything it does.
    pub now: SystemTime,
    /// The number under which logs and audit know this request.
    pub trace_id: String,
    /// Where it came from, behind trusted proxies.
    pub address: Option<IpAddr>,
    /// What the browser calls itself.
    pub agent: Agent,
    /// The value of the `Cookie` header.
    pub cookies: Option<String>,
    /// Who is signed in, once it was looked up: a page asks several times.
    pub actor: Arc<OnceLock<Actor>>,
}

/// Makes the random ids of forms; the server puts it into the context, for chance is an argument.
#[derive(Clone, Copy)]
pub struct NewId(pub fn() -> String);

/// Who asks, and what: the one join between the pages and the backend.
///
/// # Errors
/// A [`Problem`] when this code runs outside a request.
pub fn caller() -> Result<Asked, Problem> {
    use_context::<Asked>().ok_or_else(|| Problem::broken(""))
}

/// What is done for nobody in particular: signing in, one-time links.
///
/// # Errors
/// A [`Problem`] when this code runs outside a request.
pub fn nobody() -> Result<(Backend, Caller), Problem> {
    let asked = caller()?;
    let backend = use_context::<Backend>().ok_or_else(|| Problem::broken(""))?;
    let id = asked
        .request_id
        .as_deref()
        .and_then(|id| Uuid::try_parse(id).ok());
    let caller = Caller {
        actor: Actor::Nobody,
        via: Via::Console,
        address: asked.address,
        client_address: None,
        agent: asked.agent,
        trace: Uuid::try_parse(&asked.trace_id).unwrap_or_default(),
        now: timestamp(asked.now),
        request: id.map(|id| Request {
            id,
            content: asked.content.to_vec(),
        }),
    };
    Ok((backend, caller))
}

/// What is done for the operator who is signed in. Every page and server function but sign-in and links
/// begins with this. The session and its roles are read once for each request: a form's deed and the page
/// that shows its answer are two.
///
/// # Errors
/// [`Problem::signed_out`] without a whole session.
pub async fn signed_in() -> Result<(Backend, Caller), Problem> {
    let (backend, caller) = nobody()?;
    let known = self::caller()?.actor;
    let actor = match known.get() {
        Some(actor) => actor.clone(),
        None => {
            let cookie = session::cookie().ok_or_else(Problem::signed_out)?;
            let actor = backend::sessions::actor(&backend, &cookie, caller.now).await?;
            known.get_or_init(|| actor).clone()
        }
    };
    Ok((backend, Caller { actor, ..caller }))
}

fn timestamp(at: SystemTime) -> Timestamp {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
