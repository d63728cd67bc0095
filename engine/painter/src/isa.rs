//! The instruction sets that the painter has kernels for, and the choice among them.

use std::{fmt, str::FromStr};

use crate::error::{Error, Result};

/// The environment variable that forces an instruction set: `avx512`, `avx2`, `neon` or `portable`.
pub const ISA_VARIABLE: &str = "PHOSPHENE_ISA";

/// An instruction set that the painter has kernels for.
///
/// `Avx512`, `Avx2` and `Neon` fuse multiplication and addition and give the same picture bit for bit; `Portable`
/// rounds twice and differs from them by about 1e-5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// x86-64 with AVX-512 F, VL, BW and DQ: 16 floats a vector.
    Avx512,
    /// x86-64 with AVX2 and FMA: 8 floats a vector.
    Avx2,
    /// 64-bit Arm: 4 floats a vector.
    Neon,
    /// Any machine: 4 floats a vector, as the compiler sees fit.
    Portable,
}

impl Isa {
    /// Every instruction set, fastest first.
    pub const ALL: [Self; 4] = [Self::Avx512, Self::Avx2, Self::Neon, Self::Portable];

    /// Whether this machine can run it.
    pub fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && Self::Avx2.is_available()
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            Self::Portable => true,
            _ => false,
        }
    }

    /// The fastest that this machine can run.
    pub fn best() -> Self {
        Self::ALL
            .into_iter()
            .find(|isa| isa.is_available())
            .unwrap_or(Self::Portable)
    }

    /// The one that [`ISA_VARIABLE`] forces, or else the fastest.
    ///
    /// # Errors
    /// [`Error::Value`] when the variable names no instruction set, or one that this machine does not have.
    pub fn choose() -> Result<Self> {
        let Some(forced) = std::env::var_os(ISA_VARIABLE) else {
            return Ok(Self::best());
        };
        forced.to_string_lossy().parse::<Self>()?.or_unavailable()
    }

    /// Itself, if this machine can run it.
    pub(super) fn or_unavailable(self) -> Result<Self> {
        if self.is_available() {
            return Ok(self);
        }
        let here: Vec<_> = Self::ALL
            .into_iter()
            .filter(|isa| isa.is_available())
            .map(Self::name)
            .collect();
        Err(Error::Value {
            what: ISA_VARIABLE,
            expected: format!("an instruction set of this machine: {}", here.join(" or ")),
            actual: format!("\"{self}\""),
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Neon => "neon",
            Self::Portable => "portable",
        }
    }
}

impl fmt::Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Isa {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|isa| isa.name() == text)
            .ok_or_else(|| Error::Value {
                what: ISA_VARIABLE,
                expected: "avx512, avx2, neon or portable, or not set at all".into(),
                actual: format!("\"{text}\""),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_round() {
        for isa in Isa::ALL {
            assert_eq!(isa.to_string().parse::<Isa>().unwrap(), isa);
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let message = "sse9".parse::<Isa>().unwrap_err().to_string();
        assert!(
            message.contains("sse9") && message.contains("avx2") && message.contains(ISA_VARIABLE),
            "{message}"
        );
    }

    #[test]
    fn what_the_machine_lacks_is_refused() {
        let absent = if cfg!(target_arch = "x86_64") {
            Isa::Neon
        } else {
            Isa::Avx2
        };
        let message = absent.or_unavailable().unwrap_err().to_string();
        assert!(message.contains("portable"), "{message}");
    }
}
