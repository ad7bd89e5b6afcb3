//! The local implementations of the driving ports pass their suites, on every storage.

mod front;
mod office;

macro_rules! suites {
    ($($storage:ident),+) => {$(
        mod $storage {
            mod storefront {
                nexa_core::storefront_suite!(#[tokio::test] crate::world::Shop::$storage().await);
            }
            mod backoffice {
                nexa_core::backoffice_suite!(#[tokio::test] crate::world::Shop::$storage().await);
            }
            mod frontdesk {
                nexa_core::frontdesk_suite!(#[tokio::test] crate::world::Shop::$storage().await);
            }
        }
    )+};
}
suites!(in_memory, in_sqlite);
