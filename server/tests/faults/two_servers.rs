//! Fault 8: two servers at once, and nothing else.

use std::sync::Arc;

use tokio::time::sleep;

use crate::after::{as_before, held, judge};
use crate::load::{length, under};
use crate::recorder::Recorder;
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_code_at_two_servers_is_accepted_once() {
    let mut world = World::new("two").await;
    let recorder = Arc::new(Recorder::new());
    let before = world.servers.each_ref().map(|it| held(it.pid()));
    under(&mut world, &recorder, async |_| sleep(length()).await).await;
    for (server, before) in world.servers.iter().zip(before) {
        as_before(server.pid(), before).await;
    }
    judge("8 two servers", &world, &recorder, 0).await;
    world.end().await;
}
