//! Takes connections: small answers leave at once, slow senders and slow readers are cut off, nobody
//! takes all the room, and a stop lets what is under way end.

mod room;
mod steady;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tower::ServiceExt;

use crate::config::Proxies;
use room::{Place, Room};
use steady::Steady;

/// How long a sender may take over the body of a request, once its head is there.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(15);

/// How long requests under way may take after a stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// How many connections the system keeps until they are taken, if it allows as many. One that finds no place there
/// is tried again by its own side after a second: with the usual 128 that befell a burst of applications.
const QUEUE: u32 = 4096;

/// What connections may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long a sender may take over the head of a request, from the connection's beginning or from
    /// the answer before.
    pub head: Duration,
    /// How long an answer may stand still because nobody reads it.
    pub standstill: Duration,
    /// Connections at a time; more wait in the system's queue.
    pub connections: usize,
    /// Connections of one address at a time; more are closed at once.
    pub of_one: usize,
    /// Whose connections are many people's, and are not counted as those of one address.
    pub proxies: Proxies,
}

impl Limits {
    /// Those of the service.
    pub fn new(proxies: Proxies) -> Self {
        Self {
            head: Duration::from_secs(10),
            standstill: Duration::from_secs(30),
            connections: 4096,
            // A quarter: much for an office behind one address, or a proxy that nobody has named.
            of_one: 1024,
            proxies,
        }
    }
}

/// Opens the address to connections. They wait in the system's queue until they are taken.
///
/// # Errors
/// The address is taken, or not ours to take.
pub fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // a restart finds connections of before that have not quite ended
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}

/// Serves until `stop` is done, then lets requests under way end.
///
/// # Errors
/// None at present: a connection that cannot be taken is logged and left.
pub async fn listen(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    // HTTP/1 only: the proxy that speaks TLS before us speaks this to us, and here the time for a head
    // runs from the first moment on. HTTP/2 would need limits of its own.
    let mut server = Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head);
    let under_way = GracefulShutdown::new();
    let standstill = limits.standstill;
    let room = Room::new(limits);
    tokio::pin!(stop);
    loop {
        // Whoever waits for room must hear the stop too.
        let taken = tokio::select! {
            taken = take(&listener, &room) => taken,
            () = &mut stop => break,
        };
        let (stream, peer, place) = match taken {
            Ok(Some(taken)) => taken,
            Ok(None) => continue,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        without_delay(&stream);
        let router = router.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let stream = TokioIo::new(Steady::new(stream, standstill));
        let connection = under_way.watch(server.serve_connection(stream, answer));
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

/// The next connection, when there is room for it; `None` where its address has enough of them.
async fn take(
    listener: &TcpListener,
    room: &Room,
) -> io::Result<Option<(TcpStream, SocketAddr, Place)>> {
    let free = room.free().await?;
    let (stream, peer) = listener.accept().await?;
    let place = room.give(free, peer.ip());
    if place.is_none() {
        tracing::debug!(%peer, "an address has as many connections as it may");
    }
    Ok(place.map(|place| (stream, peer, place)))
}

/// Small answers must not wait for the next packet.
fn without_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
}
