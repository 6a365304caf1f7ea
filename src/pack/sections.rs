//! Declares the sections of a kind of pack: name, tag, bytes per element, what it holds.

macro_rules! sections {
    ($($(#[$doc:meta])* $section:ident $tag:literal $size:literal $name:literal;)*) => {
        /// A section of this kind of pack.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Section {
            $($(#[$doc])* $section,)*
        }

        impl Section {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$section,)*];

            pub(crate) const fn tag(self) -> $crate::pack::Tag {
                match self { $(Self::$section => *$tag,)* }
            }

            /// Bytes of one element.
            pub(crate) const fn size(self) -> u32 {
                match self { $(Self::$section => $size,)* }
            }

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$section => $name,)* }
            }
        }
    };
}

pub(crate) use sections;
