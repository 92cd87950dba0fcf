//! How many connections there may be: of everybody, and of one address.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use backend::rate_limit::network;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Limits;

/// Connections by the address they come from, IPv6 by its network.
type Peers = Mutex<HashMap<IpAddr, usize>>;

/// The places for connections.
pub struct Room {
    places: Arc<Semaphore>,
    peers: Arc<Peers>,
    limits: Limits,
}

/// One connection's place, until it is dropped.
pub struct Place {
    _free: OwnedSemaphorePermit,
    /// `None` for a proxy.
    peer: Option<IpAddr>,
    peers: Arc<Peers>,
}

impl Room {
    pub fn new(limits: Limits) -> Self {
        Self {
            places: Arc::new(Semaphore::new(limits.connections)),
            peers: Arc::default(),
            limits,
        }
    }

    /// Waits for a place for whoever comes next.
    pub async fn free(&self) -> io::Result<OwnedSemaphorePermit> {
        let free = Arc::clone(&self.places).acquire_owned().await;
        free.map_err(io::Error::other)
    }

    /// Gives it to a connection from `peer`, unless that address has enough of them.
    pub fn give(&self, free: OwnedSemaphorePermit, peer: IpAddr) -> Option<Place> {
        let peer = (!self.limits.proxies.contains(peer)).then(|| network(peer));
        if let Some(peer) = peer {
            let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
            let count = peers.entry(peer).or_default();
            if *count >= self.limits.of_one {
                return None;
            }
            *count += 1;
        }
        Some(Place {
            _free: free,
            peer,
            peers: Arc::clone(&self.peers),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(peer) = self.peer else { return };
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = peers.get_mut(&peer) {
            *count -= 1;
            if *count == 0 {
                peers.remove(&peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_address_has_so_many_places_and_a_proxy_all() {
        let room = Room::new(Limits {
            of_one: 2,
            ..Limits::new("10.0.0.1".parse().expect("an address"))
        });
        let come = async |peer: &str| {
            let free = room.free().await.expect("room");
            room.give(free, peer.parse().expect("an address"))
        };
        let first = come("2001:db8::1").await;
        let second = come("2001:db8::2").await;
        assert!(first.is_some() && second.is_some());
        assert!(come("2001:db8::3").await.is_none(), "of the same network");
        let other = come("2001:db8:0:1::3").await;
        assert!(other.is_some());
        drop(first);
        let third = come("2001:db8::3").await;
        assert!(third.is_some());
        let of_proxy = [come("10.0.0.1").await, come("10.0.0.1").await];
        assert!(of_proxy.iter().all(Option::is_some) && come("10.0.0.1").await.is_some());
        drop((second, third, other, of_proxy));
        let peers = room.peers.lock().expect("whole");
        assert!(peers.is_empty(), "nothing is left behind");
    }
}
