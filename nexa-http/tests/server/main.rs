//! The HTTP front as strangers meet it: over real sockets, with the engine on its memory storage behind it.

mod document;
mod wire;
