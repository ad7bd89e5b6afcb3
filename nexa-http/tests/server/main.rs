//! The HTTP front as strangers meet it: over real sockets, with the engine on its memory storage behind it.

mod api;
mod bodies;
mod document;
mod link;
mod pages;
mod shop;
mod wire;
