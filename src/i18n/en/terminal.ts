export const terminal = {
  terminal: 'Terminal',
  output: 'What the commands have printed',
  printedMuch: '{{count}} lines printed.',
  printedMuchBy: '{{count}} lines printed, the last of them by {{what}}.',
  prompt: 'Command line. Tab completes, Up and Down bring back earlier lines, Shift+Tab leaves.',
  inside: 'Input of {{what}}. Enter sends a line, Ctrl+C interrupts, Ctrl+D ends the input, Shift+Tab leaves.',
  editing: '{{what}} is in the editor; Apply there saves it to the server.',
  placeholder: 'kubectl get pods',
  empty: 'Type kubectl commands here; they run at the moment on stage. Tab completes, help tells more.',
  running: '{{what}} runs',
  interrupt: 'End it (Ctrl+C)',
  forked: 'You act in the past: another future begins here. The old one is kept as a branch.',
  watchUsage: 'usage: watch [-n SECONDS] COMMAND',
  typing: 'Ctrl+D ends what is typed.',
  badName: '{{what}} cannot be the name of a file here.',
  noInternet: 'No address outside of this cluster is reached from here: paste the file into the editor, and name it after -f.',
  every: 'Every {{seconds}} s: {{what}}',
  endWatch: 'End (Ctrl+C)',
  searching: 'search: {{what}}',
  notFound: 'not found: {{what}}',
  search: 'Search in earlier lines',
  candidates: '{{count}} possible',
  loadUsage: 'usage: load http://ADDRESS [REQUESTS-PER-SECOND] [POD | NAMESPACE/POD], or: load stop [NAME]',
  help: `kubectl (or k) talks to the cluster at the moment on stage. At the end of the film a command becomes part of it. In the past, get, describe and logs only look; anything else starts another future from there.
-w and logs -f print as time passes; Ctrl+C ends them. watch kubectl get pods asks again and again, and so does watch with any other command.
Files are those of the editor: ls, cat, rm, vi pod.yaml, > pod.yaml, kubectl apply -f pod.yaml, <<EOF; cat > pod.yaml reads what is typed up to Ctrl+D.
Behind a pipe: grep, head, tail, wc, sort, uniq, cut, tr, column, sed, awk '{print $1}', base64, tee, xargs. Between commands: ; && ||, and $(...) inside them. sleep 10 lets time pass.
NAME=value and export set a variable, $NAME uses it; alias kn='kubectl -n dev' shortens. Loops, functions, $((...)) and tools such as jq, diff, seq and date run in the film, in a whole bash.
load http://web 20 client sends 20 requests a second from the pod client (from outside without a pod); load stop ends them.
kubectl exec -it is a shell in a container; exit leaves it.
Keys: Tab completes, Up and Down, Ctrl+R searches, Ctrl+A E U K W Y and Alt+Backspace edit, Ctrl+L clears, Shift+Tab leaves.`,
}
