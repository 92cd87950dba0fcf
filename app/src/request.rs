//! What a server function and a page know of the request that they answer. Server side only.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::SystemTime;

use leptos::prelude::use_context;

use crate::problem::Problem;

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
    /// The value of the `Cookie` header.
    pub cookies: Option<String>,
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
