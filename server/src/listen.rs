//! Takes connections: small answers leave at once, slow senders are cut off, and a stop lets what
//! is under way end.

mod timely;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use timely::Timely;

/// How long senders may take. A slow reader keeps its place: what it is sent stands ready already.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Over the head of a request, also of the first and of the next one.
    pub head: Duration,
    /// Over the body.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
        }
    }
}

/// How long requests under way may take after a stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// Connections at a time; more wait in the system's queue.
const CONNECTIONS: usize = 4096;

/// Serves until `stop` is done, then lets requests under way end.
///
/// # Errors
/// None at present: a connection that cannot be taken is logged and left.
pub async fn listen(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    // HTTP/1 only: whoever would first find out which HTTP it is waits for that without end
    let mut server = Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head);
    let under_way = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    tokio::pin!(stop);
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            break;
        };
        let (stream, peer) = tokio::select! {
            taken = listener.accept() => match taken {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        without_delay(&stream);
        let router = router.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let request = request.map(|body| Timely::new(body, patience.body));
            router.clone().oneshot(request)
        });
        let connection = server.serve_connection(TokioIo::new(stream), answer);
        let connection = under_way.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke off");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(STOP_TIMEOUT, under_way.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("stopped before all requests had ended");
    }
    Ok(())
}

/// Small answers must not wait for the next packet.
fn without_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
}
