//! Storage in front of a storage: what wants to see, count or refuse every call, and passes it on.
//!
//! The port has hundreds of calls. Whoever stands in front of another storage writes none of them: with [`ReadLayer`] a
//! type has all reads, with [`TxLayer`] all writes too, and says in one place what happens before each. They come from
//! the declarations of the port itself, so a call that is added later is passed on too.

use super::{Read, Tx};
use crate::error::Failure;
use async_trait::async_trait;

/// A view in front of another one. It gets the implementation of [`Read`] and all its parts.
///
/// ```
/// # #[cfg(feature = "testing")] {
/// use nexa_core::{
///     error::Failure,
///     memory::MemoryStorage,
///     ports::storage::{PeopleReads as _, Read, ReadLayer, Storage as _},
/// };
///
/// struct Counted {
///     below: Box<dyn Read>,
///     calls: u32,
/// }
///
/// #[async_trait::async_trait]
/// impl ReadLayer for Counted {
///     fn read_below(&mut self) -> &mut dyn Read {
///         self.below.as_mut()
///     }
///     async fn before_read(&mut self, _call: &'static str) -> Result<(), Failure> {
///         self.calls += 1;
///         Ok(())
///     }
/// }
///
/// # futures::executor::block_on(async {
/// let mut view = Counted { below: MemoryStorage::new().read().await?, calls: 0 };
/// assert!(view.shops().await?.is_empty());
/// assert_eq!(view.calls, 1);
/// # Ok::<(), Failure>(())
/// # }).unwrap();
/// # }
/// ```
#[async_trait]
pub trait ReadLayer: Send {
    /// What is behind.
    fn read_below(&mut self) -> &mut dyn Read;
    /// Comes before each read with its name, e.g. `order`. A failure ends the call, and what is behind never hears of it.
    async fn before_read(&mut self, _call: &'static str) -> Result<(), Failure> {
        Ok(())
    }
}

/// A unit of work in front of another one. It gets all parts of [`Tx`], and implements that itself: what happens at the
/// commit is its own.
#[async_trait]
pub trait TxLayer: ReadLayer {
    /// What is behind.
    fn tx_below(&mut self) -> &mut dyn Tx;
    /// Comes before each write with its name, e.g. `save_order`, and before each lock, e.g. `lock_order`. A failure ends
    /// the call, and what is behind never hears of it: such a unit of work must not be committed.
    async fn before_write(&mut self, _call: &'static str) -> Result<(), Failure> {
        Ok(())
    }
}

impl<L: ReadLayer> Read for L {}

/// Declares a part of [`Read`], and has [`ReadLayer`]s pass its calls on.
macro_rules! reads {
    ($($part:tt)*) => { $crate::ports::storage::layer::part! { ReadLayer read_below before_read $($part)* } };
}

/// Declares a part of [`Tx`], and has [`TxLayer`]s pass its calls on.
macro_rules! writes {
    ($($part:tt)*) => { $crate::ports::storage::layer::part! { TxLayer tx_below before_write $($part)* } };
}

macro_rules! part {
    ($layer:ident $below:ident $before:ident $(#[$about:meta])* pub trait $part:ident {
        $($(#[$what:meta])* async fn $call:ident(&mut self $(, $arg:ident: $ty:ty)* $(,)?) -> $answer:ty;)+
    }) => {
        $(#[$about])*
        #[async_trait::async_trait]
        pub trait $part {
            $($(#[$what])* async fn $call(&mut self $(, $arg: $ty)*) -> $answer;)+
        }

        #[async_trait::async_trait]
        impl<L: $crate::ports::storage::$layer> $part for L {
            $(async fn $call(&mut self $(, $arg: $ty)*) -> $answer {
                self.$before(stringify!($call)).await?;
                self.$below().$call($($arg),*).await
            })+
        }
    };
}

pub(crate) use {part, reads, writes};
