#pragma once

#include <cstdint>

namespace vernier {

/// Holds the mean of some numbers and the sums of the second, third and fourth power of their deviations from it.
struct Moments {
    double mean = 0, m2 = 0, m3 = 0, m4 = 0;

    bool operator==(const Moments&) const = default;
};

/// Joins the moments of two sets of n and k numbers without leaving the deviations from the mean, so that nothing
/// cancels (Chan, Golub & LeVeque 1983; third and fourth power: Pébay 2008, SAND2008-6212). The factors depend on the
/// counts alone and serve every channel.
class MomentMerge {
public:
    MomentMerge(std::uint64_t n, std::uint64_t k) {
        const auto a = static_cast<double>(n), b = static_cast<double>(k), all = a + b;
        if (all == 0)
            return;
        m_shareA = a / all;
        m_shareB = b / all;
        m_square = a * b / all;
        m_cube = m_square * (a - b) / all;
        m_fourth = m_square * (a * a - a * b + b * b) / (all * all);
    }

    Moments operator()(const Moments& x, const Moments& y) const {
        const double delta = y.mean - x.mean, delta2 = delta * delta;
        return {x.mean + delta * m_shareB, x.m2 + y.m2 + delta2 * m_square,
                x.m3 + y.m3 + delta * delta2 * m_cube + 3 * delta * (m_shareA * y.m2 - m_shareB * x.m2),
                x.m4 + y.m4 + delta2 * delta2 * m_fourth +
                    6 * delta2 * (m_shareA * m_shareA * y.m2 + m_shareB * m_shareB * x.m2) +
                    4 * delta * (m_shareA * y.m3 - m_shareB * x.m3)};
    }

private:
    double m_shareA = 0, m_shareB = 0, m_square = 0, m_cube = 0, m_fourth = 0;
};

/// Moments of n numbers from the sums of the powers of their distances from some shift near them.
inline Moments momentsFromSums(double n, double shift, double s1, double s2, double s3, double s4) {
    const double d = s1 / n;
    return {shift + d, s2 - d * s1, s3 - 3 * d * s2 + 2 * d * d * s1,
            s4 - 4 * d * s3 + 6 * d * d * s2 - 3 * d * d * d * s1};
}

/// Fourth moment over the square of the second: 3 for normally distributed numbers; 0 where they are all the same.
inline double kurtosis(const Moments& moments, double n) {
    return moments.m2 > 0 ? n * moments.m4 / (moments.m2 * moments.m2) : 0;
}

} // namespace vernier
