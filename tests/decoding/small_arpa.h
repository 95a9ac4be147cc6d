#pragma once

namespace sotto::tests {

/// A 3-gram of the words a, b and <unk>, with numbers that are easy to add.
inline constexpr const char* kSmallArpa = R"(
\data\
ngram 1=5
ngram 2=4
ngram 3=2

\1-grams:
-99	<s>	-0.5
-1	</s>
-2	<unk>	-0.25
-0.5	a	-0.1
-0.75	b	-0.2

\2-grams:
-0.3	<s> a	-0.05
-0.4	a b	-0.15
-0.6	b </s>
-0.9	b a

\3-grams:
-0.01	<s> a b
-0.02	a b </s>

\end\
)";

}  // namespace sotto::tests
