//! Comparisons of messages and their parts with Rust's own text and bytes, in both directions.

/// Compares `$type` with each `$other` by way of `$slice`, with which it can be compared already.
macro_rules! equal_to {
    ($type:ty, $slice:ty: $($(const $n:ident)? $other:ty);+) => {
        impl PartialEq<$type> for $slice {
            fn eq(&self, other: &$type) -> bool {
                *other == *self
            }
        }

        $(
            impl$(<const $n: usize>)? PartialEq<$other> for $type {
                fn eq(&self, other: &$other) -> bool {
                    *self == other[..]
                }
            }

            impl$(<const $n: usize>)? PartialEq<$type> for $other {
                fn eq(&self, other: &$type) -> bool {
                    *other == self[..]
                }
            }
        )+
    };
}

pub(crate) use equal_to;
