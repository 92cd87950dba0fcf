//! Shapes: they know no token and no user, only how things look and behave.

pub mod action;
pub mod area;
pub mod avatar;
pub mod badge;
pub mod focus;
pub mod form;
pub mod frame;
pub mod gate;
pub mod icon;
pub mod keys;
pub mod live;
pub mod load;
pub mod menu;
pub mod notice;
pub mod offline;
pub mod palette;
pub mod problem;
pub mod shortcuts;
pub mod table;
pub mod time;
pub mod title;
pub mod toast;
