//! The driving ports pass their suites on every storage; the customer's port also as the remote client of a real server.

mod front;
mod office;
mod online;

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

mod over_http {
    mod in_memory {
        nexa_core::storefront_suite!(
            #[tokio::test]
            crate::journeys::suites::online::Online::open(crate::world::Shop::in_memory().await).await
        );
    }
    mod in_sqlite {
        nexa_core::storefront_suite!(
            #[tokio::test]
            crate::journeys::suites::online::Online::open(crate::world::Shop::in_sqlite().await).await
        );
    }
}
