// With PARALLEL_TASK_NO_PT the short name is the program's own: Boost.PropertyTree's usual alias is pt, too.
#define PARALLEL_TASK_NO_PT
#include <parallel_task/parallel_task.hpp>
#include <parallel_task/state_dump.hpp>
#include <parallel_task/trace_writer.hpp>

#include <vector>

namespace boost::property_tree {
struct ptree {
  int value = 0;
};
}  // namespace boost::property_tree
namespace pt = boost::property_tree;

int main() {
  std::vector<pt::ptree> trees(100);
  parallel_task::parallel_iter(trees).update([](pt::ptree& tree) { ++tree.value; }).for_each([](pt::ptree const&) {});
  int const sum = trees | parallel_task::parallel_iter |
                  parallel_task::map([](pt::ptree const& tree) { return tree.value; }) | parallel_task::sum<int>();
  return sum == 100 ? 0 : 1;
}
