// What a person dropped or chose, as files with the paths they have there.
function entries(reader) {
  return new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
}

function fileOf(entry) {
  return new Promise((resolve, reject) => { entry.file(resolve, reject); });
}

async function below(entry, prefix, found) {
  if (entry.isFile) {
    found.push({ path: prefix + entry.name, file: await fileOf(entry) });
    return;
  }
  const reader = entry.createReader();
  // A browser gives a hundred at a time, and none when it has no more.
  for (let some = await entries(reader); some.length; some = await entries(reader)) {
    for (const each of some) await below(each, `${prefix}${entry.name}/`, found);
  }
}

export async function dropped(transfer) {
  const roots = [...transfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
  const found = [];
  for (const root of roots) await below(root, "", found);
  return found;
}

export function chosen(list) {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}
