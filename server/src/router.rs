//! Every route and layer, on one screen.

use std::sync::Arc;
use std::time::SystemTime;

use app::request::{Asked, NewId};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use domain::Agent;
use http::header::{COOKIE, USER_AGENT};
use http::request::Parts;
use leptos::prelude::{AnyView, IntoAny, LeptosOptions, provide_context};
use leptos_axum::{AxumRouteListing, generate_route_list};
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};

use crate::assets;
use crate::config::Proxies;
use crate::forms::{call, page, page_post, same_origin};
use crate::headers::{TraceId, every_response};
use crate::peer;

/// What all doors share.
#[derive(Clone)]
pub struct Doors {
    /// Where the built site lies and what its files are called.
    pub leptos: LeptosOptions,
    /// The console's own address, without a slash at its end: `https://desk.example.org`.
    pub public_url: Arc<str>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Proxies,
    /// The clock, read once for each request.
    pub now: fn() -> SystemTime,
    /// Where trace ids and the ids of forms come from.
    pub new_id: NewId,
    /// Puts the backend into the context of a page or server function.
    pub provide: Arc<dyn Fn() + Send + Sync>,
}

impl Doors {
    /// Everything a page or server function finds in its context.
    pub(crate) fn context(&self, asked: Asked) -> impl Fn() + Clone + Send + Sync + 'static {
        let (provide, new_id) = (Arc::clone(&self.provide), self.new_id);
        move || {
            provide();
            provide_context(asked.clone());
            provide_context(new_id);
        }
    }

    /// The request as pages and server functions know it, without a form's content.
    pub(crate) fn asked(&self, parts: &Parts) -> Asked {
        let header = |name| parts.headers.get(name)?.to_str().ok().map(str::to_owned);
        Asked {
            request_id: None,
            content: Arc::default(),
            now: (self.now)(),
            trace_id: parts
                .extensions
                .get::<TraceId>()
                .map(|id| id.0.clone())
                .unwrap_or_default(),
            address: peer::address(&self.trusted_proxies, &parts.headers, &parts.extensions),
            agent: header(USER_AGENT).map_or_else(Agent::default, |agent| Agent::cut(&agent)),
            cookies: header(COOKIE),
            actor: Arc::default(),
        }
    }
}

/// The pages behind the doors: the console's own, or those of a test.
#[derive(Clone)]
pub struct Pages {
    /// The whole document.
    pub document: fn(LeptosOptions) -> AnyView,
    /// The addresses it answers at.
    pub routes: Vec<AxumRouteListing>,
}

impl Pages {
    /// The console. Made before any page is answered: meanwhile no page of the process loads anything.
    pub fn console() -> Self {
        Self {
            document: |options| app::shell(options).into_any(),
            routes: generate_route_list(app::App),
        }
    }
}

/// The console's doors. `api` is merged in as it is: its callers send no cookie and no origin.
pub fn build(doors: Doors, pages: &Pages, api: Router) -> Router {
    let document = pages.document;
    let shown = move |State(doors): State<Doors>, request: Request| page(doors, document, request);
    let posted =
        move |State(doors): State<Doors>, request: Request| page_post(doors, document, request);
    // fonts are compressed in themselves, and code when it is built for production
    let compressible = DefaultPredicate::new()
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("application/wasm"));
    // a tenth smaller pages than by the default of 4, for half a millisecond
    let compression = CompressionLayer::new().quality(CompressionLevel::Precise(6));
    let mut console = Router::new().route("/call/{*function}", post(call));
    for route in &pages.routes {
        console = console.route(route.path(), get(shown).post(posted));
    }
    console
        .merge(assets::routes(&doors.leptos))
        .fallback(shown)
        .layer(compression.compress_when(compressible))
        .layer(from_fn_with_state(doors.clone(), same_origin))
        .with_state(doors.clone())
        .merge(api)
        .layer(from_fn_with_state(doors, every_response))
}
